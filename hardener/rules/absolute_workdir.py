"""absolute-workdir (HD111)."""

from __future__ import annotations

from posixpath import normpath

from hardener.errors import Refusal
from hardener.fast.patterns import regex
from hardener.image.config import Effect
from hardener.image.model import StageModel
from hardener.rules.base import Rule, Safety
from hardener.syntax.dockerfile.nodes import Workdir

_RELATIVE = regex(r"[\w.@+-][\w./@+-]*\Z")


class AbsoluteWorkdir(Rule):
    """Write the whole path in WORKDIR.

    ## What it does
    A relative `WORKDIR` becomes the absolute path that it means.

    ## Why
    A relative path starts from the WORKDIR before it, or from that of the base image: if either changes, the program
    lands elsewhere.

    ## Example
    ```dockerfile
    FROM debian:trixie-slim
    WORKDIR /srv
    WORKDIR app
    ```
    becomes
    ```dockerfile
    FROM debian:trixie-slim
    WORKDIR /srv
    WORKDIR /srv/app
    ```

    ## Fix safety
    The path is the same. Hardening where it starts from the WORKDIR of the base image: if a later version of the image
    has another one, the path stays.

    ## When it only reports
    - P33: harden cannot tell the folder that it starts from
    """

    code = "HD111"
    name = "absolute-workdir"
    safety = Safety.SAFE
    effects = frozenset({Effect.WORKDIR})

    def leave_Workdir(self, original: Workdir, updated: Workdir) -> Workdir:
        """Rewrite one WORKDIR."""
        stage = self.model.holder(original)
        text = original.text.strip()
        if stage is None or not _RELATIVE.match(text) or self._is_windows(stage):
            return updated
        message = f"`WORKDIR {text}` depends on the folder before it"
        place = _after(stage, original)
        if place is None:
            why = Refusal("P33", "cannot tell the folder that it starts from", "write the whole path")
            return self.report(original, updated, why, message)
        changed = updated.with_changes(arguments=self.model.style.words(Workdir, normpath(place)).arguments)
        return self.rewrite(original, updated, changed, message, hardening=not stage.fixes_folder(original))

    def _is_windows(self, stage: StageModel) -> bool:
        return self.model.escape != "\\" or (stage.image is not None and stage.image.windows)


def _after(stage: StageModel, node: Workdir) -> str | None:
    """Return the folder after a WORKDIR, None where it is not known."""
    rest = stage.node.body[stage.node.body.index(node) + 1 :]
    return stage.states[rest[0]].workdir if rest else stage.end.workdir
