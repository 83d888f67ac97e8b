"""What is to be done with each installation of a RUN (C16)."""

from __future__ import annotations

from collections.abc import Iterator

from hardener.errors import Refusal
from hardener.image.install_place import places
from hardener.image.model import Model, StageModel
from hardener.image.placement import is_local, placements
from hardener.image.runs import parsed
from hardener.packages.installs import Install, install_of
from hardener.packages.managers import gate
from hardener.project.context import Files
from hardener.rules.locked_install.site import Locked, Site, refusal
from hardener.shell import Body, Command
from hardener.syntax.dockerfile.nodes import Add, Copy, Run, ShellForm

_NO_CONTEXT = refusal(
    "cannot check the lock file: the build context is unknown", "name the build context with --context"
)


def locked(model: Model, stage: StageModel, run: Run, files: Files) -> list[tuple[Command, Locked | Refusal]]:
    """Return what is to be done with each installation of a RUN."""
    text = model.logical(run).text
    state = stage.states.get(run)
    windows = model.escape != "\\" or (stage.image is not None and stage.image.windows)
    plain = isinstance(run.arguments, ShellForm) and not run.heredocs
    if not plain or windows or not gate().search(text) or state is None or state.workdir is None:
        return []
    body = parsed(model, run)
    if not isinstance(body, Body) or any(command.name in body.functions for command in body.commands):
        return []
    return list(_found(model, stage, run, files, body))


def _found(
    model: Model, stage: StageModel, run: Run, files: Files, body: Body
) -> Iterator[tuple[Command, Locked | Refusal]]:
    where = stage.states[run].workdir or "/"
    from hardener.rules.locked_install.others import LOCKERS, other_command

    for command, folder in places(body, where):
        install = install_of(command)
        other = other_command(command) if install is None else None
        if install is None and other is None:
            continue
        tree = files.tree
        if tree is None:
            if install is not None and _is_open(install) and _copies(stage, run):
                yield command, _NO_CONTEXT
            continue
        site = Site(model, stage, run, command, folder, files, tree, placements(model, stage, run, tree))
        answer = other(site) if other is not None else None
        if install is not None and install.tool.name in LOCKERS:
            answer = LOCKERS[install.tool.name](site, install)
        if isinstance(answer, Locked) and site.changed:
            answer = refusal(
                site.changed,
                "copy a manifest and lock file that match",
            )
        if answer is not None:
            yield command, answer


def _is_open(install: Install) -> bool:
    """Tell whether it takes the newest versions that the manifest allows, without a look at the context."""
    known = (
        "--frozen-lockfile",
        "--immutable",
        "--locked",
        "--frozen",
        "--deploy",
        "--require-hashes",
        "--locked-mode",
    )
    return install.tool.name in ("npm", "yarn", "pnpm", "bun") and not (
        install.has(*known) or install.verb in ("ci", "clean-install", "install-clean")
    )


def _copies(stage: StageModel, run: Run) -> bool:
    """Tell whether anything was copied from the context before."""
    body = stage.node.body
    return any(isinstance(node, Copy | Add) and is_local(node) for node in body[: body.index(run)])
