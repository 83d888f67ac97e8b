"""What commands of npm, yarn, pnpm and bun run: scripts of package.json, and programs of node_modules/.bin.

This is the one answer to what `npm start` runs.
"""

from __future__ import annotations

from posixpath import basename

from hardener.fast.records import dataclass
from hardener.project.node.package_json import Package
from hardener.shell import Body, parse_shell

#: what calls a program of node_modules/.bin and nothing else
_EXECUTORS = {"npx": "npm", "pnpx": "pnpm", "bunx": "bun"}
_RUN = frozenset(("run", "run-script"))
_EXEC = frozenset(("exec", "x"))
#: scripts that npm runs without `run`
_BY_NAME = frozenset(("start", "stop", "restart", "test"))
#: verbs of yarn, pnpm and bun that are no scripts and no programs
_VERBS = frozenset(
    """
    add audit autoclean bin bunx cache check config constraints create deploy dedupe dlx env explain exec fetch generate
    global help i import info init install install-test it licenses link list ln login logout ls ln node npm outdated
    owner pack patch plugin pm policies publish rebuild remove repl rm root run search self-update set server setup
    stage store tag team un uninstall unlink unplug up update upgrade upgrade-interactive version versions why workspace
    workspaces x
    """.split()  # noqa: SIM905 (a table of words reads better)
)
#: options that only say less
QUIET = frozenset(("-s", "--silent", "-q", "--quiet", "--"))
_NESTED = 4


@dataclass(frozen=True, slots=True)
class ScriptCall:
    """What a command line asks of a package manager of Node.

    Attributes:
        manager: "npm", "yarn", "pnpm" or "bun".
        name: of the script, or of the program of node_modules/.bin.
        arguments: what the script or program gets.
        options: what the package manager itself is told.
        is_script, is_program: which of both the name can be; yarn, pnpm and bun look for a script first.
    """

    manager: str
    name: str
    arguments: tuple[str, ...]
    options: tuple[str, ...] = ()
    is_script: bool = True
    is_program: bool = False


def script_call(words: tuple[str, ...]) -> ScriptCall | None:
    """Return what a command line asks of npm, yarn, pnpm, bun or npx; None for another program or another verb."""
    if not words:
        return None
    caller = basename(words[0])
    manager = _EXECUTORS.get(caller, caller)
    if manager not in ("npm", "yarn", "pnpm", "bun"):
        return None
    options, rest = _options(words[1:])
    if caller in _EXECUTORS:
        return _call(manager, options, rest, script=False, program=True)
    verb = rest[0] if rest else ""
    if verb in _RUN:
        return _call(manager, options, rest[1:], script=True, program=manager in ("yarn", "bun"))
    if verb in _EXEC and manager != "yarn":
        return _call(manager, options, rest[1:], script=False, program=True)
    if verb in _BY_NAME and manager != "bun":
        return _call(manager, options, rest, script=True, program=False)
    if manager == "npm" or verb in _VERBS:
        return None
    return _call(manager, options, rest, script=True, program=True)


def _options(words: tuple[str, ...]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    at = next((i for i, word in enumerate(words) if not word.startswith("-") or word == "--"), len(words))
    return words[:at], words[at:]


def _call(
    manager: str, options: tuple[str, ...], words: tuple[str, ...], *, script: bool, program: bool
) -> ScriptCall | None:
    more, words = _options(words)
    words = words[1:] if words[:1] == ("--",) else words
    if not words or not words[0] or words[0].startswith((".", "/", "$", "@")):
        return None
    name, arguments = words[0], words[1:]
    told = (*options, *more)
    if manager == "npm" and script:
        # npm takes the options in front of `--` for its own
        at = arguments.index("--") if "--" in arguments else len(arguments)
        told += tuple(word for word in arguments[:at] if word.startswith("-"))
        arguments = (*(word for word in arguments[:at] if not word.startswith("-")), *arguments[at + 1 :])
    elif script and "--" in arguments:
        told += ("-- between",)  # whether it is passed on depends on the version
    return ScriptCall(manager, name, arguments, told, script, program)


def steps(package: Package, name: str) -> tuple[tuple[str, str], ...]:
    """Return the scripts that running a script runs, by name with their text: pre, itself, post; () without it."""
    if not package.scripts.get(name, "").strip():
        return ()
    around = (f"pre{name}", name, f"post{name}")
    return tuple((one, package.scripts[one]) for one in around if package.scripts.get(one, "").strip())


def programs_of(package: Package, words: tuple[str, ...], depth: int = _NESTED) -> tuple[tuple[str, ...], ...] | None:
    """Return the command lines that a command line comes to, scripts followed into scripts; None where it is not known.

    What is no call of a package manager comes to itself. Assignments in front of a command are left out.
    """
    call = script_call(words)
    if call is None:
        return (words,)
    found = steps(package, call.name) if call.is_script else ()
    if not found:
        return ((call.name, *call.arguments),) if call.is_program else None
    out: list[tuple[str, ...]] = []
    for name, text in found:
        for line in _lines(text, call.arguments if name == call.name else ()):
            below = programs_of(package, line, depth - 1) if depth else None
            if below is None:
                return None
            out += below
    return tuple(out) or None


def _lines(text: str, arguments: tuple[str, ...]) -> tuple[tuple[str, ...], ...]:
    body = parse_shell(text)
    if not isinstance(body, Body):
        return ((),)
    found = [tuple(w.raw if w.value is None else w.value for w in c.words) for c in body.commands if c.words]
    if found:
        found[-1] = (*found[-1], *arguments)
    return tuple(found)


__all__ = ["QUIET", "ScriptCall", "programs_of", "script_call", "steps"]
