"""add-checksum (HD305)."""

from __future__ import annotations

import re
from collections.abc import Iterable

from hardener.errors import Refusal
from hardener.fast.patterns import regex
from hardener.image.config import Effect
from hardener.image.model import Model
from hardener.rules._reference_rule import answer
from hardener.rules.base import Lookup, Rule, Safety
from hardener.syntax.dockerfile.nodes import Add, Flag
from hardener.syntax.dockerfile.views import copy_words

#: a version or a commit in the address, and names of what moves
_VERSION = regex(
    r"(?<![\d.])v?\d+(?:\.\d+)+|(?<![0-9a-f])[0-9a-f]{40}(?![0-9a-f])|/v\d+(?=[._-])|"
    r"/(?:download|releases|tags?)/(?:[\w-]+-)?v?\d+/"
)
_MOVING = regex(r"(?<![a-z])(latest|master|main|HEAD|nightly|edge|stable|current|trunk|snapshot)(?![a-z])", re.I)
_GIT = regex(r"\.git(?:[#?]|\Z)|\A(?:git@|ssh:|git:)")
_OLD = Refusal("P45", "`# syntax=` names a frontend without `ADD --checksum`", "name docker/dockerfile:1.6 or newer")
_MOVES = Refusal("C12", "the address names no version, so its file may change", "add the address of a release")
_SEVERAL = Refusal("C12", "ADD has more than one source", "give each address an ADD of its own")
_VARIABLE = Refusal("C12", "the address contains a variable", "write the address out, or add the checksum yourself")
_CREDENTIAL = Refusal("C11", "the address contains a credential", "use a build secret")


class AddChecksum(Rule):
    """Say which file a download has to be.

    Off unless it is selected by name: it downloads the file once.

    ## What it does
    `ADD https://…` of a versioned file gets `--checksum=sha256:…` of what the address serves now (C12).

    ## Why
    A server, or whoever stands between it and the build, can put another file there. With the checksum the build stops.

    ## Example
    ```dockerfile
    FROM debian:trixie-slim
    ADD https://t.example/t-1.4.gz /
    ```
    becomes
    ```dockerfile
    FROM debian:trixie-slim
    ADD --checksum=sha256:24454f830cdb571e2c4ad15481119c43b3cafd48dd869a9b2945d1036d1dc68d https://t.example/t-1.4.gz /
    ```

    ## Fix safety
    The file is the one that was downloaded today. A release that is published again under the same address breaks the
    build, as it should. Needs BuildKit and Dockerfile 1.6.

    ## When it only reports
    - B01: the address was not asked (`--offline`), or did not answer
    - C11: the address holds a credential
    - C12: the address names no version (`latest`, `master`, no number), has a variable in it, or there are several
    - P45: `# syntax=` names a frontend older than 1.6
    """

    code = "HD305"
    name = "add-checksum"
    safety = Safety.HARDENING
    effects = frozenset({Effect.COPY})
    after = ("merge-run",)
    opt_in = True
    asks_registry = True

    @classmethod
    def lookups(cls, model: Model) -> Iterable[Lookup]:
        """Ask for the checksum of each download."""
        adds = [i for stage in model.stages for i in stage.node.body if isinstance(i, Add)]
        found = [_address(model, add) for add in adds]
        return tuple(Lookup("checksum", url) for url in found if isinstance(url, str))

    def leave_Add(self, original: Add, updated: Add) -> Add:
        """Add the checksum to a download."""
        url = _address(self.model, original)
        if url is None:
            return updated
        message = "nothing checks that this download is the expected file"
        digest = url if isinstance(url, Refusal) else answer(self.model, Lookup("checksum", url))
        if isinstance(digest, Refusal):
            return self.report(original, updated, digest, message)
        # `--` ends the flags
        end = next((i for i, flag in enumerate(updated.flags) if flag.text == "--"), len(updated.flags))
        flags = (*updated.flags[:end], Flag(f"--checksum={digest}", " "), *updated.flags[end:])
        return self.rewrite(original, updated, updated.with_changes(flags=flags), message)


def _address(model: Model, node: Add) -> str | Refusal | None:
    """Return what an ADD downloads, why it gets no checksum, or None where it is no download or has one."""
    sources = copy_words(node, model.escape).sources
    remote = [s for s in sources if s.strip("\"'").lower().startswith(("http://", "https://"))]
    if not remote or _GIT.search(remote[0]) or node.flag("checksum") is not None:
        return None
    url = remote[0]
    if len(sources) > 1:
        return _SEVERAL
    if set(url) & set("$\"'\\`"):
        return _VARIABLE
    if "@" in url.partition("://")[2].partition("/")[0]:
        return _CREDENTIAL
    if not _VERSION.search(url.partition("://")[2].partition("/")[2]) or _MOVING.search(url.partition("://")[2]):
        return _MOVES
    from hardener.image.frontend import frontend_reaches

    return url if frontend_reaches(model, (1, 6)) else _OLD
