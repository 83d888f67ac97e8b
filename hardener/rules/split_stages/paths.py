"""Which paths an instruction or a command writes, and who owns them."""

from __future__ import annotations

import posixpath
import re

from hardener.image.files import Copied, copied, is_local, is_within, target_of, written
from hardener.rules.split_stages.model import Call, Case, Step
from hardener.syntax.dockerfile.nodes import Copy

_CONTEXT = (".", "./", "/", "./.")


def sources(case: Case, step: Step) -> tuple[str, ...]:
    """Return the sources of a COPY or ADD that are known."""
    found = written(case.model, step.node)
    return found.sources if found is not None else ()


def target(case: Case, step: Step) -> str | None:
    """Return the absolute path that a COPY or ADD writes to, without a final slash; None where it is not known."""
    return target_of(case.model, step.node)


def root_of(case: Case, folder: str) -> str:
    """Return the outermost folder around `folder` that a COPY from the build context fills; else `folder` itself."""
    found = [folder]
    for step in case.steps:
        if step.node.name in ("COPY", "ADD") and step.node.flag("from") is None:
            where = target(case, step)
            if where not in (None, "/") and where is not None and is_within(folder, where):
                found.append(where)
    return min(found, key=len)


def is_same_again(case: Case, first: Step, second: Step) -> bool:
    """Tell whether `second` copies the whole context to where `first` copied files of its root to (C15)."""
    tree = case.project.files.tree
    part, whole = (copied(case.model, step.node, tree) for step in (first, second))
    if part is None or whole is None or not all(isinstance(found.node, Copy) for found in (part, whole)):
        return False
    if not is_local(part.node) or not is_local(whole.node) or not _gives_as_much(first, part, whole):
        return False
    if whole.sources not in [(word,) for word in _CONTEXT]:
        return False
    if part.sources in [(word,) for word in _CONTEXT]:
        return part.target == whole.target
    return all(_lands_in_place(part, name, whole.target) for name in part.sources)


def _gives_as_much(first: Step, part: Copied, whole: Copied) -> bool:
    """Tell whether nothing is left of the flags of the first COPY after the second.

    Files get the owner of the second one, but a folder may keep the one that it has.
    """
    flags = [[flag.text for flag in found.node.flags] for found in (part, whole)]
    if flags[0] == flags[1]:
        return True
    plain = [[text for text in texts if not text.startswith("--chown=")] for texts in flags]
    tree = part.tree
    in_place = tree is not None and part.target == whole.target == first.state.workdir and part.into
    return plain[0] == plain[1] and in_place and all(
        "/" not in found and tree is not None and tree.is_file(found)
        for name in part.sources for found in (tree.matching(posixpath.normpath(name)) if tree is not None else ())
    )  # fmt: skip


def _lands_in_place(part: Copied, name: str, whole: str) -> bool:
    """Tell whether a source comes to lie below `whole` as it does below the context."""
    clean = posixpath.normpath(name.lstrip("/"))
    folder, _, last = clean.rpartition("/")
    if part.tree is None:
        return False
    wild = re.search(r"[*?\[]", clean) is not None
    is_file = wild or part.tree.is_file(clean)
    if is_file and (part.into or wild):
        return part.target == posixpath.normpath(posixpath.join(whole, folder)) and all(
            part.tree.is_file(found) for found in part.tree.matching(clean)
        )
    return part.target == posixpath.normpath(posixpath.join(whole, folder, last))


#: programs whose words with a slash are no files that they change
_NO_PATHS = frozenset(
    ("npm", "yarn", "pnpm", "corepack", "useradd", "adduser", "groupadd", "addgroup", "usermod", "echo", "printf")
)


def _without_mode(argv: tuple[str | None, ...]) -> list[str | None]:
    """Return the operands of `mkdir -m 700 folder`, without the mode."""
    pairs = zip(argv, (None, *argv), strict=False)
    return [
        word
        for word, before in pairs
        if not (word or "").startswith("-") and not re.match(r"(-[a-zA-Z]*m|--mode)\Z", before or "")
    ]


def touched(call: Call) -> tuple[str, ...] | None:
    """Return the absolute paths that a command on files works on; None where they are not known."""
    operands = [word for word in call.argv[1:] if word is None or not word.startswith("-")]
    if call.name in ("chmod", "chown", "chgrp"):
        operands = operands[1:]
    elif call.name in ("mkdir", "mkfifo"):
        operands = _without_mode(call.argv[1:])
    elif call.name not in ("touch", "rm", "rmdir", "ln"):
        operands = [word for word in operands if word is None or "/" in word]
        if call.name in _NO_PATHS:
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
