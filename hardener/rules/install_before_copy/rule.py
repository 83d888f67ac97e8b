"""install-before-copy (HD406)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from hardener.errors import Refusal
from hardener.image.config import Effect
from hardener.image.files import is_local, target_of
from hardener.image.model import Model, StageModel
from hardener.project.context import Files
from hardener.project.context_tree import ContextTree
from hardener.rules.base import Rule, Safety
from hardener.syntax.dockerfile.nodes import Add, Copy, Instruction, Run, Stage
from hardener.syntax.dockerfile.views import copy_words


class InstallBeforeCopy(Rule):
    """Install packages before the sources are copied.

    ## What it does
    A RUN that only installs packages of the distribution, packages of a language by name (`pip install gunicorn`,
    `npm install -g pm2`), or only creates users, moves above the COPY and ADD before it, if it does not depend on the
    files that they write.

    ## Why
    Every change of a source file rebuilds the layers after its COPY: below it, the packages are installed again
    although they have not changed.

    ## Example
    ```dockerfile
    FROM debian:trixie-slim
    WORKDIR /app
    COPY . .
    RUN apt-get update && apt-get install -y --no-install-recommends python3 && rm -rf /var/lib/apt/lists/*
    CMD ["python3", "app.py"]
    ```
    becomes
    ```dockerfile
    FROM debian:trixie-slim
    WORKDIR /app
    RUN apt-get update && apt-get install -y --no-install-recommends python3 && rm -rf /var/lib/apt/lists/*
    COPY . .
    CMD ["python3", "app.py"]
    ```

    ## Fix safety
    Packages and users write to the folders of the system, so the RUN moves only above a COPY to other folders, or to
    /usr/local and /usr/src (C15). Only the installation of an init moves above another RUN, unless that one changes
    where packages come from; and the creation of a user with a number of 10000 or more, if the RUN does not touch
    accounts. It moves above ENV and ARG unless installations read them (proxies, DEBIAN_FRONTEND, PATH, LD_PRELOAD and
    others), never above USER and SHELL. Packages of a language move as root alone, with the pip or npm of the image,
    and above no ENV, ARG or COPY to /usr/local.

    ## When it only reports
    - C15: the COPY above may bring what the installation reads, because it writes to a folder of the system or harden
      cannot tell where; the RUN does more than install; or another instruction keeps it there

    A RUN that only creates users or installs an init is left alone without a message.
    """

    code: ClassVar[str] = "HD406"
    name: ClassVar[str] = "install-before-copy"
    safety: ClassVar[Safety] = Safety.SAFE
    needs = frozenset({"Add", "Copy"})
    effects: ClassVar[frozenset[Effect]] = frozenset({Effect.RUN})
    after: ClassVar[tuple[str, ...]] = ("add-user", "split-stages", "copy-manifests-first")

    @classmethod
    def plan(cls, model: Model, files: Files) -> ContextTree | None:
        """Return the names in the build context, where a COPY puts them into the root folder."""
        copies = ((stage, node) for stage in model.stages for node in stage.node.body if isinstance(node, Copy))
        return files.tree if any(target_of(model, node) == "/" for stage, node in copies) else None

    def leave_Stage(self, original: Stage, updated: Stage) -> Stage:
        """Move what can move, from the top of the stage to its end."""
        stage = self.model.stage_of(original)
        copies = everything = False
        moved: dict[Instruction, Instruction] = {}
        for index, node in enumerate(original.body):
            copies |= isinstance(node, Copy | Add)
            everything |= isinstance(node, Copy | Add) and _is_everything(self.model, node)
            if not copies or not isinstance(node, Run):
                continue
            place = self._place(stage, original.body, index, moved)
            if place is None and everything:
                place = self._kept(stage, original.body, index)
            if isinstance(place, Refusal):
                updated = self.report(node, updated, place, _MESSAGE)
            if place is None or isinstance(place, Refusal) or place not in updated.body:
                continue
            rest = [item for item in updated.body if item is not node]
            at = rest.index(place)
            kept = updated
            updated = self.rewrite(node, updated, updated.with_changes(body=(*rest[:at], node, *rest[at:])), _MESSAGE)
            if updated is not kept:
                moved[node] = place
        return updated

    def _place(
        self, stage: StageModel, body: tuple[Instruction, ...], index: int, moved: Mapping[Instruction, Instruction]
    ) -> Instruction | Refusal | None:
        """Return the instruction that a RUN can stand above; None where it stays, a Refusal where a COPY holds it.

        `moved` are the RUNs that stand higher by now, each with the instruction below it.
        """
        node = body[index]
        from hardener.rules.install_before_copy.commutes import commutes, step_of

        step = step_of(self.model, stage, node) if isinstance(node, Run) else None
        if step is None or node.eol.strip(" \t") != self.model.style.newline:
            return None
        here, below = stage.states[node], frozenset(moved.values())
        place: Instruction | None = None
        tree: ContextTree | None = self.planned
        while index > 0 and (body[index - 1] in moved or commutes(self.model, stage, step, index - 1, tree)):
            index -= 1
            if body[index] in moved:
                continue
            state = stage.states[body[index]]
            if (state.user, state.shell) != (here.user, here.shell):
                break
            is_wanted = body[index] in below or _comes_from_outside(body[index])
            if isinstance(body[index], Copy | Add) or (place is not None and is_wanted):
                place = body[index]
            elif isinstance(body[index - 1], Run) and place is not None and not isinstance(body[index], Run):
                place = body[index]  # next to another RUN, which merge-run can join it to
            if body[index] in below:
                break  # above it stands the RUN that moved
        if place is None and index > 0 and isinstance(body[index - 1], Copy | Add) and not step.is_slight:
            return _HELD
        return place

    def _kept(self, stage: StageModel, body: tuple[Instruction, ...], index: int) -> Refusal | None:
        """Return why an installation stays below the sources: it does more, or another instruction holds it there."""
        node = body[index]
        from hardener.rules.install_before_copy.commutes import commutes, installs_here, step_of
        from hardener.rules.install_before_copy.named_packages import keeps_its_names

        if not isinstance(node, Run):
            return None
        by_name = keeps_its_names(self.model, stage, node)
        if not by_name and not installs_here(self.model, stage, node):
            return None
        step = step_of(self.model, stage, node)
        if step is None:
            return _OTHER if by_name else _MORE
        above = next(
            (i for i in range(index - 1, -1, -1) if not commutes(self.model, stage, step, i, self.planned)), None
        )
        if above is None or isinstance(body[above], Copy | Add):
            return None
        reason = f"it may need the {body[above].name} that stands between the COPY and it"
        return Refusal("C15", reason, "install above the COPY, if it needs nothing of what stands between")


def _comes_from_outside(node: Instruction) -> bool:
    """Tell whether a value of the command line stands there: a new one makes each RUN below it anew."""
    return node.name == "ARG"


def _is_everything(model: Model, node: Copy | Add) -> bool:
    """Tell whether the whole build context is copied."""
    return is_local(node) and any(word in (".", "./", "./.") for word in copy_words(node, model.escape).sources)


_MORE = Refusal("C15", "the RUN does more than install packages", "install them in a RUN of their own, above the COPY")
_OTHER = Refusal(
    "C15",
    "cannot tell that these packages are installed as root by the image's own pip or npm",
    "install them above the COPY, if they need nothing of it",
)
_MESSAGE = "these packages are reinstalled on every source change"
_HELD = Refusal(
    "C15",
    "it may need what the COPY above it brings",
    "copy first only what it needs, or to folders of its own",
)
