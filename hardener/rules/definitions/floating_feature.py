"""floating-feature (HD704)."""

from __future__ import annotations

import json
from collections.abc import Iterator

from hardener.errors import Refusal
from hardener.fast.patterns import regex
from hardener.project.context import Files
from hardener.project.definitions import Definitions
from hardener.rules._yaml_rule import Proposal
from hardener.rules.base import Safety
from hardener.rules.definitions.base import DefinitionRule

#: a feature of a registry: host, folders, and its tag or digest
_FEATURE = regex(r"(?:[\w-]+(?:\.[\w-]+)+|localhost)(?::\d+)?(?:/[\w.-]+){2,}(?::([\w.-]+))?(@\S+)?")
_WHOLE = regex(r"v?\d+\.\d+\.\d+(?:[-+.]\S*)?")
_HELD = Refusal(
    "K31",
    "a digest takes the place of the tag, and nobody sees which version it is",
    "let `devcontainer upgrade` write a lock file and commit it, or name the version with three numbers",
)


class FloatingFeature(DefinitionRule):
    """Report features of dev containers whose version floats.

    ## What it does
    Reports a feature of devcontainer.json without a tag, or with one that moves: `latest`, `1`, `1.2`. One with a
    digest, with a version of three numbers, or with an entry in devcontainer-lock.json is fine.

    ## Why
    A feature is a script that runs as root while the dev container is built, with your sources beside it. What the tag
    names on that day is what runs.

    ## Example
    ```jsonc
    {
      "image": "mcr.microsoft.com/devcontainers/base:2.1.2",
      "features": { "ghcr.io/devcontainers/features/node:1": {} }
    }
    ```
    is reported; with three numbers, or a digest in devcontainer-lock.json, it is not
    ```jsonc
    {
      "image": "mcr.microsoft.com/devcontainers/base:2.1.2",
      "features": { "ghcr.io/devcontainers/features/node:1.6.3": {} }
    }
    ```

    ## Fix safety
    harden changes nothing here. The dev container CLI takes either a tag or a digest, so a digest would hide the
    version from people and from what updates it; its lock file holds both.

    ## When it only reports
    - K31: always
    """

    code = "HD704"
    name = "floating-feature"
    safety = Safety.HARDENING

    @classmethod
    def plan(cls, model: Definitions, files: Files) -> Iterator[Proposal]:
        """Yield each feature whose version floats."""
        floating = [(n, place.text) for n, place in enumerate(model.places) if place.is_feature and _floats(place.text)]
        if not floating:
            return
        locked = _locked(files.beside(".devcontainer-lock.json" if model.name[:1] == "." else "devcontainer-lock.json"))
        for number, text in floating:
            if text not in locked:
                message = f"the feature `{text}` may be another one tomorrow: its version is not fixed"
                yield Proposal(message, (str(number),), refusal=_HELD)


def _floats(text: str) -> bool:
    """Tell whether a feature comes from a registry by a tag that moves; paths, addresses and old names are none."""
    found = _FEATURE.fullmatch(text)
    return found is not None and not found[2] and not _WHOLE.fullmatch(found[1] or "")


def _locked(text: str | None) -> frozenset[str]:
    """Return the features for which a lock file has a digest."""
    try:
        data = json.loads(text or "{}")
    except (ValueError, RecursionError):
        return frozenset()
    features = data.get("features") if isinstance(data, dict) else None
    entries = features.items() if isinstance(features, dict) else ()
    return frozenset(
        name for name, said in entries if isinstance(said, dict) and "@sha256:" in str(said.get("resolved"))
    )
