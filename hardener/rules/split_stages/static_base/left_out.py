"""Which commands of the last stage the new base makes needless (B22, S22): it has what they make, or no use for it."""

from __future__ import annotations

import posixpath
import re
from itertools import pairwise

from hardener.errors import Refusal
from hardener.fast.records import dataclass
from hardener.image.account_commands import NAMES
from hardener.image.files import is_within, written
from hardener.image.model import Model, StageModel
from hardener.image.runs import COMMENTED
from hardener.knowledge.tools import is_tool
from hardener.rules.split_stages import read_runs
from hardener.rules.split_stages.model import Call, Step
from hardener.rules.split_stages.static_base.trace import origins
from hardener.syntax.dockerfile.continuations import comment_lines
from hardener.syntax.dockerfile.nodes import Run

#: packages whose files the new base has, or that only other programs use
_THERE = frozenset(
    """
    ca-certificates ca-certificates-bundle tzdata netbase libc6-compat gcompat musl libc6 libgcc libstdc++ libssl3
    openssl alpine-baselayout busybox
    """.split()  # noqa: SIM905 (a table of words reads better)
)
_SHELLS = frozenset(("bash", "tini", "dumb-init", "su-exec", "gosu", "shadow", "sudo", "coreutils", "busybox-extras"))
#: folders that the new base has
_FOLDERS = (
    "/tmp",
    "/var/tmp",
    "/root",
    "/home",
    "/home/nonroot",
    "/etc",
    "/etc/ssl/certs",
    "/usr/local/bin",
    "/usr/share",
)
_CACHES = ("/var/lib/apt", "/var/cache", "/tmp", "/var/tmp", "/usr/share/doc", "/usr/share/man", "/var/log")
_EXECUTABLE = tuple((mode,) for mode in ("+x", "a+x", "u+x", "ugo+x", "755", "0755"))
_INSTALLS = ("install", "add")
_NOTHING = frozenset(("set", "true", ":", "update-ca-certificates", "sync", "echo"))
_OWN_CERTIFICATES = ("/usr/local/share/ca-certificates", "/etc/ssl", "/usr/share/ca-certificates")


@dataclass(frozen=True, slots=True)
class LeftOut:
    """The RUN instructions of a stage, none of which has to run.

    Attributes:
        runs: that go.
        tools: packages that come to be missing.
        homes: what that leaves open of folders that belonged to the user.
    """

    runs: tuple[Run, ...]
    tools: tuple[str, ...]
    homes: tuple[str, ...] = ()


def left_out(model: Model, stage: StageModel) -> LeftOut | Refusal:
    """Return the RUN instructions that go, or why one has to stay."""
    tools: dict[str, None] = {}
    runs: list[Run] = []
    homes: dict[str, None] = {}
    there = _made(model, stage)
    for step in read_runs.steps(model, stage):
        if not isinstance(step.node, Run):
            continue
        if isinstance(step.calls, Refusal):
            return step.calls
        if comment_lines(step.node.text):
            return COMMENTED
        refusal = _refusal(model, stage, step, there, tools)
        if refusal is not None:
            return refusal
        for call in step.calls:
            home, is_said = _home(call)
            if home and is_said:
                return Refusal("B22", f"`{call.name}` makes {home}, which belongs to its user")
            if home and any(is_within(path, home) for path in there):
                homes[f"{home} may belong to root on the new base"] = None
        runs.append(step.node)
    return LeftOut(tuple(runs), tuple(tools), tuple(homes))


def _home(call: Call) -> tuple[str, bool]:
    """Return the home that a command makes for an account, "" for none, and whether the command names it."""
    words = [word or "" for word in call.argv[1:]]
    flags = "".join(word[1:] for word in words if re.match(r"-[A-Za-z]+\Z", word))
    if call.name == "useradd":
        makes = "m" in flags or "--create-home" in words
    else:
        makes = call.name == "adduser" and "H" not in flags and "--no-create-home" not in words
    if not makes or not words:
        return "", False
    options = ("-d", "--home-dir", "--home") if call.name == "useradd" else ("-h", "--home")
    said = next((after for word, after in pairwise(words) if word in options), "")
    said = said or next((word.partition("=")[2] for word in words if word.startswith("--home") and "=" in word), "")
    name = next((word for word in reversed(words) if not word.startswith("-")), "")
    home = posixpath.normpath(said) if said else f"/home/{name}"
    return ("", False) if home in (*_FOLDERS, "/nonexistent", "/dev/null", "/") else (home, bool(said))


def _made(model: Model, stage: StageModel) -> tuple[str, ...]:
    """Return the absolute paths that the stage makes without a RUN."""
    found = [state.workdir or "/" for state in (*stage.states.values(), stage.end)]
    for node in stage.node.body:
        one = written(model, node)
        if one is not None:
            found.append(one.target)
    return tuple(dict.fromkeys(found))


def _refusal(
    model: Model, stage: StageModel, step: Step, there: tuple[str, ...], tools: dict[str, None]
) -> Refusal | None:
    """Return why a RUN has to stay; the packages that it installs for people are added to `tools`."""
    for call in step.calls if isinstance(step.calls, tuple) else ():
        package = call.package
        if package is not None and package.manager in ("apt", "apk"):
            if package.verb not in _INSTALLS:
                continue
            if package.is_open or any(word.value is None for word in package.operands):
                return Refusal("S22", "cannot tell which packages the last stage installs", "write their names")
            for name in package.packages:
                plain = name.partition("=")[0].partition("~")[0]
                if plain in _THERE:
                    continue
                if not is_tool(plain) and plain not in _SHELLS:
                    return Refusal("S11", f"the image installs {plain}, which the program may call")
                tools[plain] = None
        elif not (_is_needless(call, there) or _marks_programs(model, stage, call)):
            shown = " ".join(call.raw.split())[:50]
            return Refusal("B22", f"the last stage runs `{shown}`, and the new base has no shell")
    return None


def _is_needless(call: Call, there: tuple[str, ...]) -> bool:
    """Tell whether the new base has what a command makes."""
    written_to = [redirect.target.value for redirect in call.command.redirects if redirect.target is not None]
    kept = [path for path in written_to if path not in ("/etc/nsswitch.conf", "/dev/null", "1", "2")]
    if kept:
        return False
    if call.name == "update-ca-certificates":
        return not any(is_within(path, folder) for path in there for folder in _OWN_CERTIFICATES)
    if call.name in _NOTHING or call.name in NAMES:
        return True
    if call.name == "rm":
        named = [call.path(word.raw) for word in call.command.words[1:] if not word.raw.startswith("-")]
        return bool(named) and all(path is not None and _is_cache(path) for path in named)
    if None in call.argv:
        return False
    paths = [call.path(word) for word in call.words if not word.startswith("-")]
    if call.name == "mkdir":
        return bool(paths) and all(path in _FOLDERS or _is_around(path, there) for path in paths)
    return False


def _marks_programs(model: Model, stage: StageModel, call: Call) -> bool:
    """Tell whether a command makes files executable that come from another stage, as compilers leave them already."""
    if call.name != "chmod" or None in call.argv or call.words[:1] not in _EXECUTABLE:
        return False
    paths = [call.path(word) for word in call.words[1:]]
    return all(path is not None and next(origins(model, stage, path), None) is not None for path in paths)


def _is_cache(path: str) -> bool:
    return any(is_within(path, folder) for folder in _CACHES)


def _is_around(path: str | None, there: tuple[str, ...]) -> bool:
    """Tell whether a folder comes with what is copied, or with a WORKDIR."""
    return path is not None and any(is_within(made, path) for made in there if made != "/")


__all__ = ["LeftOut", "left_out"]
