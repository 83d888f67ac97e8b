"""The process that a stage starts as add-init sees it, and the init that can go in front of it."""

from __future__ import annotations

from posixpath import basename

from hardener.errors import Refusal
from hardener.fast.patterns import regex
from hardener.fast.records import dataclass
from hardener.image.derived import built_on
from hardener.image.file_contents import on_path, placed
from hardener.image.files import absolute
from hardener.image.launched import becomes, execs, script_execs, script_starts_init, shell_call, starts_init
from hardener.image.model import Command, Model, StageModel
from hardener.image.process import composed, is_tool_box, services_of, shell_refusal
from hardener.image.runs import read_run
from hardener.knowledge.inits import InitPackage, init_for, reaps_itself
from hardener.project.context import Files
from hardener.syntax.dockerfile.nodes import Cmd, Entrypoint, Run
from hardener.syntax.dockerfile.writer import before_commands

_SCRIPT = regex(r"\.(?:sh|bash)\Z|(?:^|[/_-])(?:entrypoint|run|start)\Z")
#: dumb-init signals its child alone, as tini does (I12)
_TOOLS = (("tini", ()), ("dumb-init", ("--single-child",)))
#: B16, B17
_OLD = Refusal(
    "B17",
    "the tag may mean a Debian release whose package archive is gone",
    "name a release that still gets updates in the tag, such as -bookworm",
)
#: what may stand below ENTRYPOINT and does not matter to a RUN
_DESCRIBING = ("CMD", "ENTRYPOINT", "STOPSIGNAL", "EXPOSE", "HEALTHCHECK", "LABEL", "VOLUME")


@dataclass(frozen=True, slots=True)
class Process:
    """What the scripts do that ENTRYPOINT and CMD name.

    Attributes:
        starts_init: one of them starts an init.
        keeps_signal: the name of one whose shell stays in front of its last command; None where none is known to.
        unseen: one is started whose content, or last command, is not known.
        init_by: the compose file that puts an init in front of it; "" for none.
        unread: why it is not known whether a compose file does; None where it is.
        base_of: the Dockerfile that builds on this image; "" for none.
        elsewhere: why nothing is done where only a compose file names the process; None where the file does.
        is_go: the program that starts is known to be one of Go, and no script is in front of it.
        brings_s6: the image brings s6-overlay, whose init refuses to start as another process than PID 1.
    """

    starts_init: bool = False
    keeps_signal: str | None = None
    unseen: bool = False
    init_by: str = ""
    unread: Refusal | None = None
    elsewhere: Refusal | None = None
    base_of: str = ""
    is_go: bool = False
    brings_s6: bool = False

    @classmethod
    def of(cls, model: Model, stage: StageModel, files: Files) -> Process:
        """Return what is known of the scripts of a stage."""
        starts, unseen, keeps, compilers = False, False, None, list[str]()
        for command in (stage.entrypoint, stage.cmd):
            name = _script(command)
            if name is None or name in _base_entry(stage):
                continue
            path = absolute(stage.end.workdir, name)
            found = on_path(model, stage, name, files) if "/" not in name else None
            if path is not None and (found is None or not found.found):
                found = placed(model, stage, path, files)
            if found is None or (head := found.head) is None:
                unseen = unseen or _SCRIPT.search(name) is not None or shell_call(command.argv or ()) is not None
                continue
            compilers.append(found.compiler)
            starts = starts or script_starts_init(head)
            ends = script_execs(head) if head != b"#!" else None
            unseen = unseen or ends is None
            keeps = keeps or (name if ends is False else None)
        composed_by = (service for service in services_of(model, stage, files) if service.source == "compose")
        init_by = next((service.file for service in composed_by if service.init), "")
        base_of = built_on(model, stage, files)
        return cls(
            starts,
            keeps,
            unseen,
            init_by,
            files.builds.doubt or files.builds.worked_in or _by_name(files),
            composed(model, stage, files),
            base_of,
            is_go=compilers[:1] == ["go"],
            brings_s6=_brings_s6(model, stage),
        )


def _brings_s6(model: Model, stage: StageModel) -> bool:
    """Tell whether s6-overlay gets into the image: files may give its /init another name, or start it by a script."""
    nodes = (node for link in stage.chain for node in link.node.body if node.name in ("RUN", "ADD", "COPY"))
    return any("s6-overlay" in model.logical(node).text for node in nodes)


def _by_name(files: Files) -> Refusal | None:
    """Return why a file with the name of a base image gets no init: others would inherit the ENTRYPOINT (P47)."""
    if not files.builds.base:
        return None
    why = f"{files.builds.base} is the name of an image that others build on, and they would inherit the ENTRYPOINT"
    return Refusal("P47", why, "put the init into those images")


def _base_entry(stage: StageModel) -> tuple[str, ...]:
    """Return the entry point of the base image: what is known of the image covers it."""
    entry = stage.image.entrypoint if stage.image is not None else None
    return entry if isinstance(entry, tuple) else ()


def _script(command: Command) -> str | None:
    """Return the script that a CMD or ENTRYPOINT of the file names, or what may be one."""
    argv = command.argv
    if command.instruction is None or not argv:
        return None
    call = shell_call(argv)
    if call is not None:
        return None if call.is_text else argv[call.at]
    return argv[0] if "/" in argv[0] or _SCRIPT.search(argv[0]) else None


def why_none(stage: StageModel, process: Process) -> Refusal | None:
    """Return why the process needs no init; None where one is missing, or cannot be told from the file (I05, S28)."""
    image = stage.image
    if image is not None and isinstance(image.init_in_image, str):
        return Refusal("I05", f"none is needed: the base image has an init already: {image.init_in_image}")
    entry, cmd = stage.entrypoint.argv or (), stage.cmd.argv or ()
    if process.is_go and image is not None and image.has_shell is False:
        # its runtime catches every signal and ends the process by itself where the default would not
        why = "a Go program ends at SIGTERM as PID 1 too, and this image holds no other program to start"
        return Refusal("I05", f"none is needed: {why}")
    if process.starts_init:
        return Refusal("I05", "none is needed: the start script starts an init")
    if process.brings_s6:
        return Refusal("I05", "none is needed: the image has s6-overlay, whose init must be PID 1")
    first = next((argv for argv in (entry, cmd, (*entry, *cmd)) if starts_init(argv)), None)
    if first is not None and shell_call(first) is not None:
        return Refusal("I05", "none is needed: the command starts an init")
    if first is not None:
        return Refusal("I05", f"none is needed: `{first[0]}` is an init")
    if stage.entrypoint.argv is None and stage.cmd.argv is None:
        return None  # cannot tell what runs
    base = image.entrypoint if image is not None else None
    command = becomes(cmd if entry == base else (*entry, *cmd))
    if not (entry or cmd) or is_tool_box((*entry, *cmd)) or is_tool_box(command):
        return Refusal("S28", "none is needed: the image only starts a shell or an interpreter")
    if reaps_itself(command):
        server = basename(command[0])
        return Refusal("I05", f"none is needed: {server} handles signals and collects its children itself")
    return None


def signal_refusal(model: Model, stage: StageModel, process: Process) -> Refusal | None:
    """Return why an init would make things worse: a shell would get the signal and keep it (I05, I08, I18, I19)."""
    entry, cmd = stage.entrypoint, stage.cmd
    if process.base_of:
        why = f"{process.base_of} builds on this image, and would inherit the ENTRYPOINT"
        return Refusal("P47", why, "put the init into that image")
    whole = (*(entry.argv or ()), *(cmd.argv or ()))
    for argv, spec in (
        (entry.argv or (), "I18" if entry.is_shell_form else "I08"),
        (cmd.argv or (), "I08"),
        (whole, "I08"),
    ):
        call = shell_call(argv)
        if call is not None and call.is_text and not execs(argv[call.at]):
            return Refusal(
                spec, "a shell would get the signal and not pass it on", "start the last command with `exec`"
            )
    if process.init_by:
        why = f"{process.init_by} says `init: true`: Docker puts an init in front of the process"
        return Refusal("I14", why, "take `init: true` out if the image is to bring its own")
    if process.unread is not None:
        return process.unread
    if process.keeps_signal is not None:
        why = f"{process.keeps_signal} does not `exec` its last command: it would get the signal and not pass it on"
        return Refusal("I19", why, "write `exec` before its last command")
    return None


@dataclass(frozen=True, slots=True)
class Init:
    """An init to use.

    Attributes:
        argv: what stands before the entry point.
        install: text of the RUN that installs it, "" where the file does so.
        package: its name in the archive.
        unsafe: it is not quite what tini is.
    """

    argv: tuple[str, ...]
    install: str
    unsafe: bool
    package: str


def chosen_init(model: Model, stage: StageModel) -> Init | Refusal:
    """Return the init for a stage: one that the file installs already, tini, or where there is none dumb-init (I10)."""
    assert stage.image is not None
    known = [(init_for(stage.image, tool), tool, options) for tool, options in _TOOLS]
    packages = [row for row in known if isinstance(row[0], InitPackage)]
    has = next((row for row in packages if _installs(model, stage, row[1])), None)
    first = has or next(iter(packages), None)
    if first is None:
        refusal = known[0][0]
        assert isinstance(refusal, Refusal)
        return refusal
    package, tool, options = first
    assert isinstance(package, InitPackage)
    install = "" if has is not None else package.shell_command
    if install and stage.image.archive_may_have_moved and not _reaches_archive(model, stage):
        return _OLD
    return Init((package.binary, *options, "--"), install, tool != "tini" and has is None, package.package)


def place_of(stage: StageModel, *, installs: bool) -> int | Refusal:
    """Return the index of the body for ENTRYPOINT, and for a RUN that installs: as late as root is in force (I11)."""
    body = stage.node.body
    index = before_commands(body)
    # ENTRYPOINT may stand above what only describes the image
    above = index
    while above > 0 and body[above - 1].name in _DESCRIBING:
        above -= 1
        index = above if isinstance(body[above], Cmd | Entrypoint) else index
    if not installs:
        return index
    state = stage.states[body[index]] if index < len(body) else stage.end
    while not state.is_root:
        if index == 0:
            return Refusal("I11", "cannot tell whether this user is root", "install tini before USER")
        index -= 1
        state = stage.states[body[index]]
    return shell_refusal(state.shell) or index


def _reaches_archive(model: Model, stage: StageModel) -> bool:
    """Tell whether a RUN of the chain of stages installs packages of the system: then the archive is there."""
    runs = (read_run(model, link, node) for link in stage.chain for node in link.node.body if isinstance(node, Run))
    commands = (command for run in runs if run is not None for command in run.commands)
    return any(command.packages and command.manager == "apt" for command in commands)


def _installs(model: Model, stage: StageModel, package: str) -> bool:
    """Tell whether a RUN of the chain of stages installs `package`, and none takes it away after that."""
    found = False
    for link in reversed(stage.chain):
        runs = (read_run(model, link, node) for node in link.node.body if isinstance(node, Run))
        for command in (command for run in runs if run is not None for command in run.commands):
            if package in command.packages:
                found = command.verb in ("install", "add")
    return found


__all__ = ["Init", "Process", "chosen_init", "place_of", "signal_refusal", "why_none"]
