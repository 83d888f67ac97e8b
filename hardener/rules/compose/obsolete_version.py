"""obsolete-version (HD501)."""

from __future__ import annotations

from collections.abc import Iterator

from hardener.errors import Refusal
from hardener.fast.patterns import regex
from hardener.project.compose.model import ComposeFile
from hardener.project.context import Files
from hardener.rules.base import Safety
from hardener.rules.compose.base import ComposeRule, Proposal
from hardener.syntax.yaml.changes import Change

_MESSAGE = "`version` is obsolete: Docker Compose ignores it and warns on every command"
_KNOWN = regex(r"[23](?:\.\d{1,2})?\Z")
_OLD = Refusal("K18", "this format is older than 2: Compose reads `services` only without it", "move to a later format")


class ObsoleteVersion(ComposeRule):
    """Remove the obsolete `version`.

    ## What it does
    Takes the line `version: "3.8"` away; any 2 or 3 with or without a minor number (K18).

    ## Why
    Docker Compose v2 does not look at it, and warns that it is obsolete each time it runs.

    ## Example
    ```yaml
    version: "3.8"

    services:
      web:
        image: nginx:1.29
    ```
    becomes
    ```yaml
    services:
      web:
        image: nginx:1.29
    ```

    ## Fix safety
    Compose v2 reads the same file with and without it. docker-compose v1 before 1.27 (2020) does not: it takes a file
    without `version` for its first format.

    ## When it only reports
    - K18: the value is none of those, or the file has no `services` that say which format it is
    - K23: the line cannot go alone: a comment stands on it
    - K26: the file may be for `docker stack deploy`, which wanted the key for a long time
    """

    code = "HD501"
    name = "obsolete-version"
    safety = Safety.SAFE
    keys = ("version",)

    @classmethod
    def plan(cls, model: ComposeFile, files: Files) -> Iterator[Proposal]:
        """Yield the change for each document that has the key."""
        for index, value in enumerate(model.values):
            if not isinstance(value, dict) or "version" not in value:
                continue
            if model.stack:
                refusal = Refusal("K26", f"the file may be for a swarm: {model.stack}", "take it out if it is not")
                yield Proposal(_MESSAGE, ("version",), index, refusal=refusal)
                continue
            known = _KNOWN.match(str(value["version"])) is not None
            if known and isinstance(value.get("services"), dict):
                yield Proposal(_MESSAGE, ("version",), index, (Change("remove", ("version",), None, index),))
            else:
                yield Proposal(_MESSAGE, ("version",), index, refusal=_OLD)
