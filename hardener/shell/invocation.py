"""Which program a simple command really runs: past sudo, env, nice, timeout and their like, `python -m`, `uv pip`, npx.

This is the one answer to the question: what is not known of a wrapper (an option, a variable among its words) makes
the whole command unknown.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from posixpath import basename
from typing import NamedTuple

from hardener.fast.patterns import regex
from hardener.fast.records import dataclass
from hardener.knowledge.executors import executors
from hardener.shell.model import Command


@dataclass(frozen=True, slots=True)
class Invocation:
    """What a simple command runs.

    Attributes:
        program: its name without folder; "" where a variable names it, or nothing is run.
        at: index of the word that is called, past all wrappers; the number of words where there is none.
        rest: index of the first word after the program; past `-m pip` for `python3 -m pip install`.
        wrappers: names of what stands in front, such as ("sudo", "env").
        host: what only calls `program`, the last of several: "python3", "uv", "corepack", "npx"; "" for nothing.
        is_open: further words come from elsewhere (`xargs`).
        changes_user: it runs as a user that the command names (`sudo -u app`, `gosu app`).
    """

    program: str
    at: int
    rest: int
    wrappers: tuple[str, ...] = ()
    host: str = ""
    is_open: bool = False
    changes_user: bool = False

    @property
    def is_fetched(self) -> bool:
        """Whether the program may be a package that is fetched for this one call (`npx x`, `uvx x`)."""
        return self.host in executors().fetching or self.host in executors().verbs


class _Options(NamedTuple):
    """The options of a wrapper: letters and names without a value, and those that take the next word or `=value`."""

    letters: str = ""
    valued: str = ""
    names: frozenset[str] = frozenset()
    valued_names: frozenset[str] = frozenset()
    #: words between the options and the command: a duration, a user
    operands: int = 0
    #: `NAME=value` may stand before the command
    assigns: bool = False
    #: letters and names of options that change the user; "*": it always does
    users: frozenset[str] = frozenset()


def _row(letters: str = "", valued: str = "", names: str = "", valued_names: str = "", **more: object) -> _Options:
    return _Options(
        letters, valued, frozenset(names.split()), frozenset(valued_names.split()), int(str(more.get("operands", 0))),
        bool(more.get("assigns")), frozenset(str(more.get("users", "")).split()),
    )  # fmt: skip


#: Options that change the folder, the root or the kind of thing that is run are left out on purpose: not known.
_WRAPPERS = {
    "sudo": _row("ABbEHnPS", "CghprTtu", "preserve-env set-home non-interactive stdin background askpass",
                 "user group host prompt role type close-from command-timeout", assigns=True, users="u g user group"),
    "doas": _row("n", "u", users="u"),
    "env": _row("i0v", "u", "ignore-environment null debug", "unset", assigns=True),
    "cross-env": _row(assigns=True),
    "nice": _row("0123456789", "n", "", "adjustment"),
    "ionice": _row("t", "cn", "ignore", "class classdata"),
    "time": _row("apqv", "fo", "append portability quiet verbose", "format output"),
    "timeout": _row("fpv", "ks", "foreground preserve-status verbose", "kill-after signal", operands=1),
    "nohup": _row(),
    "command": _row("p"),
    "builtin": _row(),
    "exec": _row("cl", "a"),
    "eatmydata": _row(),
    "unbuffer": _row("p"),
    "stdbuf": _row("", "eio", "", "error input output"),
    "setsid": _row("cfw", "", "ctty fork wait"),
    "fakeroot": _row("u", "bils", "unknown-is-real", "lib faked"),
    "flock": _row("Feinosuvx", "Ew", "close exclusive nb nonblock no-fork shared unlock verbose",
                  "conflict-exit-code timeout wait", operands=1),
    "xargs": _row("0opqrtx", "EILPadns", "null open-tty interactive no-run-if-empty verbose exit",
                  "arg-file delimiter max-args max-chars max-procs"),
    "gosu": _row(operands=1, users="*"),
    "su-exec": _row(operands=1, users="*"),
    "runuser": _row("", "Ggu", "", "user group supp-group", users="u user"),
    "setpriv": _row("", "", "clear-groups init-groups keep-groups nnp no-new-privs reset-env",
                    "ambient-caps bounding-set egid euid groups inh-caps pdeathsig regid reuid rgid ruid securebits",
                    users="egid euid regid reuid rgid ruid"),
    "retry": _row("", "dmst", "", "delay min max sleep times tries"),
    "busybox": _row(),
    "tini": _row("gsvw", "ep"),
    "dumb-init": _row("cv", "r", "single-child verbose", "rewrite"),
    "catatonit": _row("g"),
}  # fmt: skip
_ASSIGNMENT = regex(r"[A-Za-z_]\w*=")
_PLAIN = regex(r"[\w.+@:\[][\w.+@:\[-]*\Z")
_PYTHON = regex(r"(?:python|pypy)[\d.]*\Z")
#: options of Python before `-m`
_INTERPRETER = _row("BEIOPSbdqsuv", "WX")
_UV = _row("nqv", "", "no-cache quiet verbose offline no-progress native-tls no-config", "cache-dir color config-file")
_NPX = _row("yq", "p", "yes no no-install quiet silent prefer-offline prefer-online ignore-existing", "package")
WRAPPERS = frozenset(_WRAPPERS)


def name_of(word: str) -> str:
    """Return the name of the program that a word calls, without its folder; "" where a variable or pattern names it."""
    name = basename(word)
    return name if _PLAIN.match(name) else ""


def invocation_of(command: Command) -> Invocation | None:
    """Return what a command of a shell text runs; None where that cannot be told from its words."""
    return invocation(tuple(word.raw if word.value is None else word.value for word in command.words))


def invocation(words: Sequence[str]) -> Invocation | None:
    """Return what a command line runs, None where that cannot be told.

    Args:
        words: the program first, without assignments and redirections; a word with a variable as it is written.
    """
    return _invocation(tuple(words))


@lru_cache(maxsize=1024)
def _invocation(words: tuple[str, ...]) -> Invocation | None:
    at = 0
    wrappers: list[str] = []
    changes = False
    while at < len(words):
        name = name_of(words[at])
        options = _WRAPPERS.get(name)
        if options is None:
            break
        found = _past(options, words, at + 1)
        if found is None:
            return None
        wrappers.append(name)
        changes |= found[1]
        at = found[0]
        if name == "retry" and at < len(words) and words[at].isdigit():
            at += 1
    program, rest, host = _called(words, at)
    return Invocation(program, at, rest, tuple(wrappers), host, "xargs" in wrappers, changes)


def _past(options: _Options, words: tuple[str, ...], at: int) -> tuple[int, bool] | None:
    """Return the index of the command behind a wrapper, and whether it changes the user; None where not known."""
    users = options.users
    changes = "*" in users
    while at < len(words) and words[at].startswith("-") and words[at] not in ("-", "--"):
        size, option = _option(options, words[at])
        if not size:
            return None
        changes |= option in users
        at += size
    if at < len(words) and words[at] == "--":
        at += 1
    for _ in range(options.operands):
        if at < len(words) and "=" in words[at] and options.assigns:
            return None
        at += 1
    while options.assigns and at < len(words) and _ASSIGNMENT.match(words[at]):
        at += 1
    return None if at > len(words) else (at, changes)


def _option(options: _Options, word: str) -> tuple[int, str]:
    """Return how many words an option takes, 0 for one that is not known, and the last of its letters or its name."""
    if word.startswith("--"):
        name, equals, _ = word[2:].partition("=")
        if name in options.valued_names:
            return (1 if equals else 2), name
        return (1 if name in options.names else 0), name
    for index, letter in enumerate(word[1:], 2):
        if letter in options.valued:
            return (1 if index < len(word) else 2), letter
        if letter not in options.letters:
            return 0, letter
    return 1, word[-1]


def _called(words: tuple[str, ...], at: int) -> tuple[str, int, str]:
    """Return the program at an index, the index after it, and what only calls it: `python -m`, `uv pip`, `npx`."""
    if at >= len(words):
        return "", len(words), ""
    name = name_of(words[at])
    place = -1
    if _PYTHON.match(name):
        place = _module(words, at + 1)
    elif name == "uv":
        inner = _past(_UV, words, at + 1)
        place = inner[0] if inner and words[inner[0] : inner[0] + 1] == ("pip",) else -1
    elif name == "corepack":
        place = at + 1 if words[at + 1 : at + 2] and words[at + 1].partition("@")[0] in executors().by_corepack else -1
    elif name in executors().fetching:
        place = _executed(words, at + 1)
    elif words[at + 1 : at + 2] and words[at + 1] in executors().verbs.get(name, ()):
        place = _executed(words, at + 2)
    if not 0 <= place < len(words) or words[place].startswith("-"):
        return name, at + 1, ""
    called = words[place]
    if not _PYTHON.match(name):  # `npx @angular/cli@17`
        called = called[:1] + called[1:].partition("@")[0]
    program, rest, deeper = _called((*words[:place], called, *words[place + 1 :]), place)
    return program, rest, deeper or name


def _module(words: tuple[str, ...], at: int) -> int:
    while at < len(words) and words[at].startswith("-"):
        if words[at] == "-m":
            return at + 1
        size, _ = _option(_INTERPRETER, words[at])
        if not size:
            return -1
        at += size
    return -1


def _executed(words: tuple[str, ...], at: int) -> int:
    found = _past(_NPX, words, at)
    return found[0] if found is not None else -1
