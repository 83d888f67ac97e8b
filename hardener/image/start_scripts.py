"""What a container runs when it starts: command lines, with scripts and package scripts read from the build context."""

from __future__ import annotations

import posixpath
import re
from itertools import pairwise

from hardener.errors import Refusal
from hardener.fast.records import dataclass, field
from hardener.image.file_contents import in_context, text_at
from hardener.image.files import absolute, in_path
from hardener.image.found_files import writes_found
from hardener.image.launched import shell_call
from hardener.image.model import Model, StageModel
from hardener.knowledge.users import needs_root
from hardener.project.context import Files
from hardener.shell import Body, Command, parse_shell
from hardener.shell.invocation import invocation
from hardener.shell.programs import SIMPLE

_SHELLS = frozenset(("sh", "bash", "ash", "dash", "zsh"))
_MANAGERS = frozenset(("npm", "yarn", "pnpm", "bun"))
_SCRIPT_RUNNERS = _MANAGERS | {"npx", "pnpx", "bunx"}
_SCRIPT = r"#![ \t]*\S*\b(ba|da|a|z)?sh\b"
_NESTED = 4
#: programs that start what their arguments name, as the same user and in the same place
_STARTERS = frozenset(
    """
    env nice ionice nohup time timeout command exec tini dumb-init catatonit stdbuf setsid unbuffer eatmydata
    """.split()  # noqa: SIM905 (a table of words reads better)
)
#: how a script hands on its arguments
GIVEN = ('"$@"', "$@", "${@}", '"${@}"', "$*")
#: commands that write to the files they name
_WRITERS = frozenset(
    """
    cp curl dd install ln mkdir mkfifo mknod mv patch rm rmdir sed tar tee touch truncate unzip wget
    """.split()  # noqa: SIM905 (a table of words reads better)
)
#: commands that only look, wait, or set the shell up
_QUIET = SIMPLE - _WRITERS | frozenset(
    """
    nc ncat ping pg_isready mysqladmin redis-cli kill pgrep pidof jq envsubst local
    """.split()  # noqa: SIM905
)


@dataclass(slots=True)
class Startup:
    """What runs.

    Attributes:
        programs: command lines of programs, shells and wrappers taken off.
        writes: files and folders that scripts write, as absolute paths.
        scripts: paths in the image of the scripts that were read.
        refusal: the first thing that stands against another user, None where nothing is known to.
    """

    programs: list[tuple[str, ...]] = field(default_factory=list)
    writes: list[str] = field(default_factory=list)
    scripts: list[str] = field(default_factory=list)
    refusal: Refusal | None = None


def startup(
    model: Model,
    stage: StageModel,
    named: tuple[tuple[str, ...], ...],
    files: Files,
    servers: tuple[str, ...] = (),
) -> Startup:
    """Return what the command lines `named` run, followed into scripts (U20).

    Args:
        model: of the file.
        stage: the final one.
        named: command lines.
        files: the build context.
        servers: programs that are known to start as root, and that are looked at elsewhere.
    """
    reader = _Reader(model, stage, files, servers)
    for argv in named:
        reader.program(argv, _NESTED)
    reader.command_line()
    return reader.found


@dataclass(slots=True)
class _Reader:
    model: Model
    stage: StageModel
    files: Files
    servers: tuple[str, ...] = ()
    found: Startup = field(default_factory=Startup)

    def refuse(self, spec: str, reason: str, allow: str = "") -> None:
        if self.found.refusal is None:
            self.found.refusal = Refusal(spec, reason, allow)

    def command_line(self) -> None:
        """Note what the shell text of CMD or ENTRYPOINT writes before and while the programs in it run."""
        argv = (*(self.stage.entrypoint.argv or ()), *(self.stage.cmd.argv or ()))
        calls = ((i, shell_call(argv[i:])) for i in range(len(argv)))  # behind an init or an entry point
        text = next((argv[i + call.at] for i, call in calls if call is not None and call.is_text), None)
        body = parse_shell(text) if text is not None else None
        for command in body.commands if isinstance(body, Body) else ():
            self.written(command, self.stage.end.workdir, "CMD")

    def program(self, argv: tuple[str, ...], depth: int) -> None:
        """Add a command line, or what the script that it runs runs."""
        bare = _unwrapped(argv)
        if bare is None:
            self.refuse("U20", f"cannot tell what `{' '.join(argv)[:50]}` runs", "add USER if it needs no root")
            return
        argv = bare
        if not argv:
            return
        name = posixpath.basename(argv[0])
        why = needs_root(argv) if name not in self.servers else None
        if why:
            self.refuse("U20", f"`{name}`: {why}" if name not in why else why)
        elif self.is_told_its_user(argv):
            self.refuse("U20", "the settings of gunicorn name another user", "leave user and group out")
        elif depth == 0:
            self.refuse("U20", f"`{name}`: start scripts are nested too deeply to follow")
        elif name in _SHELLS and len(argv) > 2 and argv[1].startswith("-") and argv[1].endswith("c"):
            self.text(argv[2], argv[3:], f"`{name} -c`", depth)
        elif name in (".", "source") and self.activates(argv):
            pass
        elif name in _SHELLS and argv[1:]:
            words = [word for word in argv[1:] if not word.startswith("-")]
            place = absolute(self.stage.end.workdir, words[0]) if words else None
            self.script(argv, place or "", tuple(words[1:]), depth)
        elif name.endswith(".sh") or name == "entrypoint" or name.startswith("docker-entrypoint"):
            self.script(argv, argv[0], argv[1:], depth)
        elif name in _MANAGERS and self.package_script(argv, depth):
            pass
        elif not self.unnamed_script(argv, depth):
            self.found.programs.append(argv)

    def is_told_its_user(self, argv: tuple[str, ...]) -> bool:
        """Tell whether a variable or a configuration file of gunicorn says which user it changes to."""
        if not any(posixpath.basename(word) == "gunicorn" for word in argv):
            return False
        named = [after for word, after in pairwise(argv) if word in ("-c", "--config")]
        named += [word.partition("=")[2] for word in argv if word.startswith("--config=")]
        place = absolute(self.stage.end.workdir, (named or ["gunicorn.conf.py"])[0].removeprefix("file:"))
        text = text_at(self.model, self.stage, place, self.files) if place else None
        given = self.stage.end.values.get("GUNICORN_CMD_ARGS") or ""
        return re.search(r"(?m)^(user|group)\s*=", text or "") is not None or (
            needs_root(("gunicorn", *given.split())) is not None
        )

    def unnamed_script(self, argv: tuple[str, ...], depth: int) -> bool:
        """Follow a program that is a shell script in the build context, whatever its name."""
        for place in in_path(argv[0], self.stage.end.workdir):
            text = text_at(self.model, self.stage, place, self.files)
            if text is not None and re.match(_SCRIPT, text):
                self.script(argv, place, argv[1:], depth)
                return True
        return False

    def script(self, argv: tuple[str, ...], name: str, arguments: tuple[str, ...], depth: int) -> None:
        for place in in_path(name, self.stage.end.workdir) if name else ():
            text = text_at(self.model, self.stage, place, self.files)
            if text is not None:
                self.found.scripts.append(place)
                self.text(text, arguments, f"`{posixpath.basename(name)}`", depth)
                return
        shown = " ".join(argv[:2])
        self.refuse("U20", f"cannot tell what {shown} does", "give the build context, or add USER if it needs no root")

    def text(self, text: str, arguments: tuple[str, ...], who: str, depth: int) -> None:
        """Add what a shell text runs."""
        body = parse_shell(text.replace("\r\n", "\n"))
        if not isinstance(body, Body):
            self.refuse("U20", f"cannot read {who}", "add USER if it needs no root")
            return
        folder = self.stage.end.workdir
        for command in body.commands:
            self.written(command, folder, who)
            words = tuple(word.value if word.value is not None else word.raw for word in command.words)
            if command.name == "cd" and len(words) == 2:
                folder = absolute(folder, words[1]) if command.words[1].value else None
            elif words and words[0] not in body.functions:
                self.command(command, words, arguments, who, depth)

    def activates(self, words: tuple[str, ...]) -> bool:
        """Tell whether `.` reads the `activate` that Python's venv writes: it only sets variables."""
        if len(words) != 2 or not words[1].endswith("/bin/activate"):
            return False
        place = absolute(self.stage.end.workdir, words[1])
        return place is not None and text_at(self.model, self.stage, place, self.files) is None

    def command(
        self, command: Command, words: tuple[str, ...], arguments: tuple[str, ...], who: str, depth: int
    ) -> None:
        """Add one command of a script."""
        bare = _unwrapped(words)
        if bare is None:
            self.refuse("U20", f"{who}: cannot tell what `{' '.join(words)[:50]}` runs", "add USER if it needs no root")
            return
        words = bare
        if words and words[0] in GIVEN:
            if arguments:
                self.program(arguments, depth - 1)
            return
        if not words:
            return
        name = posixpath.basename(words[0])
        if "$" in words[0] or "`" in words[0]:
            self.refuse("U20", f"{who} runs what a variable names", "add USER if it needs no root")
        elif name in (".", "source") and self.activates(words):
            pass
        elif name in (".", "source"):
            self.script(words, words[1] if len(words) > 1 else "", (), depth - 1)
        elif name not in self.servers and needs_root(words):
            self.refuse("U20", f"{who} runs `{name}`: {needs_root(words)}")
        elif name in _WRITERS:
            pass
        elif name not in _QUIET:
            at = next((i for i, word in enumerate(words) if word in GIVEN), None)
            self.program((*words[:at], *arguments) if at is not None else words, depth - 1)

    def written(self, command: Command, folder: str | None, who: str) -> None:
        """Note the paths that one command writes."""
        several = writes_found(tuple(word.raw for word in command.words), _WRITERS)
        if several:
            self.refuse("U15", f"{who} runs `{several}` on files that it looks for: cannot tell which files those are")
        targets = [r.target for r in command.redirects if r.target is not None and r.op.startswith((">", "&>"))]
        if command.name and posixpath.basename(command.name) in _WRITERS:
            plain = [word for word in command.words[1:] if not word.raw.startswith("-")]
            in_place = any(re.match(r"-\w*i|--in-place", word.raw) for word in command.words[1:])
            if command.name in ("cp", "mv", "ln", "install"):
                targets += plain if command.name == "mv" else plain[-1:]
            elif command.name in ("sed", "patch"):
                targets += plain[-1:] if in_place else []
            elif command.name in ("tar", "unzip", "wget", "curl"):
                quiet = any(word.raw in ("-O-", "-qO-", "--spider", "/dev/null", "-") for word in command.words)
                saves = any(re.match(r"-\w*[oO]|--output|--remote-name", word.raw) for word in command.words)
                if not quiet and (saves or command.name != "curl"):
                    self.refuse("U15", f"{who} runs `{command.name}`, which writes files")
            else:
                targets += plain
        for target in targets:
            path = absolute(folder, target.value) if target.value else None
            if target.value and target.value.isdigit():
                continue
            if path is None:
                self.refuse("U15", f"{who} writes to `{target.raw}`: cannot tell which file that is")
            else:
                self.found.writes.append(path)

    def package_script(self, argv: tuple[str, ...], depth: int) -> bool:
        """Follow `npm start`, `npm run x` and `yarn x` into package.json; False where that cannot be read."""
        if not argv or posixpath.basename(argv[0]) not in _SCRIPT_RUNNERS:
            return False
        from hardener.project.node.package_json import read_package
        from hardener.project.node.scripts import script_call, steps

        call = script_call(argv)
        place = absolute(self.stage.end.workdir, "package.json")
        name = in_context(self.model, self.stage, place, self.files) if call and place else None
        package = read_package(self.files, posixpath.dirname(name)) if name else None
        if call is None or package is None:
            return False
        lines = steps(package, call.name) if call.is_script else ()
        for _, line in lines:
            self.text(line, (), f"`{' '.join(argv[:3])}`", depth - 1)
        if not lines and call.is_program and call.manager != "npm":
            self.program((call.name, *call.arguments), depth - 1)
            return True
        return bool(lines)


def _unwrapped(argv: tuple[str, ...]) -> tuple[str, ...] | None:
    """Return the command line without programs that only start another one; None where that cannot be told.

    What changes the user, or takes arguments from elsewhere, stays: it is looked at as what it is.
    """
    call = invocation(argv)
    if call is None:
        return None if argv[:1] and posixpath.basename(argv[0]) in _STARTERS else argv
    other = next((name for name in call.wrappers if name not in _STARTERS), None)
    if other is not None:
        return argv[next(i for i, word in enumerate(argv) if posixpath.basename(word) == other) :]
    return argv if call.is_open else argv[call.at :]


__all__ = ["GIVEN", "Startup", "startup"]
