"""Which paths an instruction or a command writes, and who owns them."""

from __future__ import annotations

import posixpath
import re

from hardener.image.words import expand, split
from hardener.rules.split_stages.model import Call, Case, Step
from hardener.syntax.dockerfile.nodes import ExecForm

_CONTEXT = (".", "./", "/", "./.")


def inside(path: str, folder: str) -> bool:
    """Tell whether a path is a folder or lies in it."""
    where = folder.rstrip("/")
    return path.rstrip("/") == where or path.startswith(f"{where}/")


def words(case: Case, step: Step) -> tuple[str | None, ...]:
    """Return the words of a COPY or ADD, sources first; None for one with a variable that is not known."""
    found = split(step.node.arguments, case.model.escape)
    if isinstance(step.node.arguments, ExecForm):
        return tuple(found)
    return tuple(expand(word, step.state.values, case.model.escape) for word in found)


def sources(case: Case, step: Step) -> tuple[str, ...]:
    """Return the sources of a COPY or ADD that are known."""
    return tuple(word for word in words(case, step)[:-1] if word)


def target(case: Case, step: Step) -> str | None:
    """Return the absolute path that a COPY or ADD writes to, without a final slash; None where it is not known."""
    found = words(case, step)
    if len(found) < 2 or not found[-1] or step.state.workdir is None:
        return None
    return posixpath.normpath(posixpath.join(step.state.workdir, found[-1]))


def root_of(case: Case, folder: str) -> str:
    """Return the outermost folder around `folder` that a COPY from the build context fills; else `folder` itself."""
    found = [folder]
    for step in case.steps:
        if step.node.name in ("COPY", "ADD") and step.node.flag("from") is None:
            where = target(case, step)
            if where not in (None, "/") and where is not None and inside(folder, where):
                found.append(where)
    return min(found, key=len)


def is_same_again(case: Case, first: Step, second: Step) -> bool:
    """Tell whether `second` copies the whole context to where `first` copied files of its root to (C15)."""
    if first.node.name != "COPY" or second.node.name != "COPY" or getattr(first.node, "heredocs", None):
        return False
    flags = [flag.text for flag in first.node.flags]
    if flags != [flag.text for flag in second.node.flags] or any("--from" in flag for flag in flags):
        return False
    if sources(case, second) not in [(word,) for word in _CONTEXT]:
        return False
    whole, part = target(case, second), target(case, first)
    names = sources(case, first)
    if whole is None or part is None or len(names) != len(words(case, first)) - 1:
        return False
    if names in [(word,) for word in _CONTEXT]:
        return part == whole
    return all(_lands_in_place(case, first, name, part, whole) for name in names)


def _lands_in_place(case: Case, step: Step, name: str, part: str, whole: str) -> bool:
    """Tell whether a source comes to lie below `whole` as it does below the context."""
    clean = posixpath.normpath(name.lstrip("/"))
    folder, _, last = clean.rpartition("/")
    into = (words(case, step)[-1] or "").endswith(("/", ".")) or len(words(case, step)) > 2
    wild = re.search(r"[*?\[]", clean) is not None
    tree = case.project.files.tree
    if tree is None:
        return False
    is_file = wild or tree.is_file(clean)
    if is_file and (into or wild or part == whole):
        return part == posixpath.normpath(posixpath.join(whole, folder)) and all(
            tree.is_file(found) for found in tree.matching(clean)
        )
    return part == posixpath.normpath(posixpath.join(whole, folder, last))


def touched(call: Call) -> tuple[str, ...] | None:
    """Return the absolute paths that a command on files works on; None where they are not known."""
    operands = [word for word in call.argv[1:] if word is None or not word.startswith("-")]
    if call.name in ("chmod", "chown", "chgrp"):
        operands = operands[1:]
    elif call.name not in ("mkdir", "touch", "rm", "rmdir", "ln", "mkfifo"):
        operands = [word for word in operands if word is None or "/" in word]
        if call.name in (
            "npm",
            "yarn",
            "pnpm",
            "corepack",
            "useradd",
            "adduser",
            "groupadd",
            "addgroup",
            "usermod",
            "echo",
            "printf",
        ):
            operands = []
        elif call.name == "awk":
            operands = [word for word in operands if word is not None and word.startswith("/")]
        elif call.name == "sed":
            operands = _edited(call.argv)
    found = []
    for word in operands:
        raw = call.path(word) if word is not None else None
        if raw is None:
            return None
        found.append(raw)
    for redirect in call.command.redirects:
        name = redirect.target.value if redirect.target is not None else None
        if redirect.op.startswith(">") and name and not name.isdigit() and not name.startswith("/dev/"):
            path = call.path(name)
            if path is None:
                return None
            found.append(path)
    return tuple(found)


def _edited(argv: tuple[str | None, ...]) -> list[str | None]:
    """Return the files that a command of sed names: what follows its script."""
    found: list[str | None] = []
    scripted = False
    rest = iter(argv[1:])
    for word in rest:
        if word in ("-e", "-f", "--expression", "--file"):
            next(rest, None)
            scripted = True
        elif word is not None and word.startswith("-"):
            scripted |= word.startswith(("--expression=", "--file=")) or re.match(r"-[a-zA-Z]*[ef]\Z", word) is not None
            if re.match(r"-[a-zA-Z]+[ef]\Z", word):
                next(rest, None)
        else:
            found.append(word)
    return found if scripted else found[1:]


def owner(case: Case, step: Step) -> str | None:
    """Return who owns what a RUN makes, as --chown wants it: "" for root; None where it is not known."""
    user = step.state.user
    if step.state.is_root:
        return ""
    if user is None:
        return None
    name, _, group = user.partition(":")
    known = next((u for u in case.image.users if name in (u.name, str(u.uid))), None)
    if group or (known is None and not name.isdigit()):
        return user if group else None
    if known is None:
        return None
    return f"{known.name}:{known.name}" if not name.isdigit() else f"{known.uid}:{known.gid}"
