"""What is to be done with each installation of a RUN (C16)."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from hardener.errors import Refusal
from hardener.fast.records import replace
from hardener.image.files import brought_before, is_local
from hardener.image.model import Model, StageModel
from hardener.image.runs import parsed, places
from hardener.packages.install_environment import with_environment
from hardener.packages.installs import Install, install_of
from hardener.packages.managers import gate
from hardener.project.context import Files
from hardener.rules.locked_install.others import crates_locked, locker_of, other_command
from hardener.rules.locked_install.site import Locked, NotCopied, Site, refusal
from hardener.shell import Body, Command
from hardener.syntax.dockerfile.nodes import Add, Copy, Instruction, Run, ShellForm

#: such an installation is there for a lock file that does not match, or is missing
_FALLBACK = refusal("the installation runs only where the command before it failed", "remove it, or that command")
_Locker = Callable[[Site], "Locked | Refusal | None"]
_NO_CONTEXT = refusal(
    "cannot check the lock file: the build context is unknown", "name the build context with --context"
)


def locked(model: Model, stage: StageModel, run: Run, files: Files) -> list[tuple[Command, Locked | Refusal]]:
    """Return what is to be done with each installation of a RUN."""
    text = model.logical(run).text
    state = stage.states.get(run)
    plain = isinstance(run.arguments, ShellForm) and not run.heredocs
    if not plain or not stage.is_posix or not gate().search(text) or state is None or state.workdir is None:
        return []
    body = parsed(model, run)
    if not isinstance(body, Body) or any(command.name in body.functions for command in body.commands):
        return []
    return list(_found(model, stage, run, files, body))


def _found(
    model: Model, stage: StageModel, run: Run, files: Files, body: Body
) -> Iterator[tuple[Command, Locked | Refusal]]:
    where = stage.states[run].workdir or "/"

    for command, folder in places(body, where):
        crates = crates_locked(command)
        if crates is not None:
            if not _is_fallback(body, command):  # else what is there for the lock file that fails
                yield command, crates
            continue
        install = install_of(command)
        if install is not None:
            install = with_environment(install, stage.states[run].values, folder)
        other = other_command(command) if install is None else None
        if install is None and other is None:
            continue
        tree = files.tree
        if tree is None:
            if install is not None and _is_open(install) and _copies(stage, run):
                yield command, _NO_CONTEXT
            continue
        site = Site(model, stage, run, command, folder, files, tree, brought_before(model, stage, run, tree))
        locker = _locker(install, other)
        answer = locker(site) if locker is not None else None
        if locker is not None and isinstance(answer, NotCopied):
            answer = _copied_too(site, answer, locker)
        if isinstance(answer, Locked) and site.changed:
            answer = refusal(
                site.changed,
                "copy a manifest and lock file that match",
            )
        if isinstance(answer, Locked) and _is_fallback(body, command):
            answer = _FALLBACK
        if answer is not None:
            yield command, answer


def installs(model: Model, run: Instruction) -> Iterator[str]:
    """Yield the commands of a RUN that install the packages of a project, as they are called."""
    if not isinstance(run, Run) or not isinstance(run.arguments, ShellForm) or run.heredocs:
        return
    body = parsed(model, run)
    for command in body.commands if isinstance(body, Body) else ():
        install = install_of(command)
        if install is not None:
            yield f"{install.tool.name} {install.verb}".strip()


def _is_fallback(body: Body, command: Command) -> bool:
    """Tell whether a command runs only where the one before it failed: `npm ci || npm install`."""
    return any(item.command == command and item.operator == "||" for item in body.top)


def _locker(install: Install | None, other: _Locker | None) -> _Locker | None:
    """Return what holds a command to its lock file."""
    locker = locker_of(install.tool.name) if install is not None else None
    if install is None or locker is None:
        return other
    return lambda site: locker(site, install)


def _copied_too(site: Site, missing: NotCopied, locker: _Locker) -> Locked | Refusal | None:
    """Return what an installation becomes where its lock file is copied with its manifest."""
    from hardener.rules.locked_install.lock_copy import site_with

    made = site_with(site, missing)
    if made is None:
        return missing
    answer = locker(made[0])
    if answer is None and missing.is_in_step:
        answer = Locked((), "without its lock file the installation takes the newest versions")
    return replace(answer, copied=made[1]) if isinstance(answer, Locked) else missing if answer is None else answer


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
