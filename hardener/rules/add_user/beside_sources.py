"""Paths that a source names from its own place or the current folder, outside of the program's folder (U14)."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator

from hardener.fast.patterns import regex
from hardener.image.files import Copied, copied, is_within
from hardener.image.model import Model, StageModel
from hardener.knowledge.writing import is_data_folder
from hardener.project.context_tree import ContextTree
from hardener.rules.add_user.context_texts import ContextTexts
from hardener.text import whole

#: the folder of the source, and how far above it: `Path(__file__).parent.parent`, `dirname(dirname(__file__))`
_PLACE = regex(
    r"\bPath\(\s*__file__\s*\)(?:\.(?:resolve|absolute|expanduser)\(\))*(?P<parents>\.parents\[\d\]|(?:\.parent\b)+)"
    r"|(?P<dirs>(?:(?:os\.)?(?:path\.)?dirname\(\s*){1,9})(?:(?:os\.)?(?:path\.)?(?:abspath|realpath)\(\s*)?__file__[\s)]*"
    r"|(?P<cwd>\bprocess\.cwd\(\)|\bos\.getcwd\(\)|\bPath\.cwd\(\)(?:\.parent\b)*)"
    r"|(?P<node>\b__dirname\b|\bimport\.meta\.dirname\b|\b__dir__\b|\b__DIR__\b)\}?"
)
#: the variables that hold folders which a source makes
_MADE = regex(r"\b(\w+)\.mkdir\(|\b(?:mkdir\w*|makedirs|ensureDir\w*)\(\s*(?:\w+\.)?(\w+)")
#: the variable that a place is kept in
_KEPT = regex(r"(?m)(?:^|[\s,;])(\w+)\s*=\s*[^=\n]{0,40}\Z")
#: a variable, and how far above its folder
_USE = regex(r"(?<![\w.])(\w+)\b(?P<up>(?:\.parent)*)\}?")
_TEXT = r"""f?["'`][\w./-]+["'`]"""
#: what is put behind a place: parts of `join`, of `/`, or of a text; behind these a comma begins another argument
_TAIL = regex(rf"""\s*,\s*{_TEXT}(?:\s*(?:[,/+.]\s*)?{_TEXT})*|(?:\s*(?:[/+.]\s*)?{_TEXT})+|(?<=\}})/[\w./-]+""")
_PART = regex(r"""["'`]([\w./-]+)|(\A/[\w./-]+)""")
_DATA_FILE = regex(r"(?i)\.(?:db3?|sqlite3?|log|pid|dat|mdb|ldb|rdb)\Z")


def paths_above(model: Model, stage: StageModel, texts: ContextTexts) -> Iterator[str]:
    """Yield absolute paths in the image which sources name from their own place, outside of the folder they lie in.

    Args:
        model: of the file.
        stage: the final one.
        texts: of the build context.
    """
    tree = texts.files.tree
    brought = [found for link in stage.chain for node in link.node.body if (found := copied(model, node, tree))]
    made = frozenset(first or second for text in texts.sources for first, second in _MADE.findall(text))
    for name, text in texts.named_sources:
        place = _place(brought, name, tree)
        if place is None:
            continue
        folder = posixpath.dirname(place)
        for path, kept in _named(text, folder, stage.end.workdir or folder):
            if is_within(path, folder):
                continue
            data = _data(path, folder)
            if data is not None:
                yield data
            elif kept in made and "." not in posixpath.basename(path):
                yield path + "/"


def _place(brought: list[Copied], name: str, tree: ContextTree | None) -> str | None:
    """Return where a source of the context lies in the image."""
    return next((where for found in reversed(brought) if tree and (where := found.place(name))), None)


def _named(text: str, folder: str, cwd: str) -> Iterator[tuple[str, str]]:
    """Yield the paths that a source puts together from its own folder or the current one, each with its variable."""
    places = list(_PLACE.finditer(text))
    names = [_kept(text, match.start()) for match in places]
    uses = _uses(text, frozenset(filter(None, names)))
    seen: set[tuple[str, str]] = set()
    for match, kept in zip(places, names, strict=True):
        base = posixpath.normpath(posixpath.join(cwd if match["cwd"] else folder, *[".."] * _above(match)))
        path = _behind(text, match.end(), base)
        if path is not None:
            yield path, kept
        place = path or base
        if (kept, place) in seen:
            continue
        seen.add((kept, place))
        for use in uses.get(kept, ()):
            above = posixpath.normpath(posixpath.join(place, *[".."] * use["up"].count(".parent")))
            found = _behind(text, use.end(), above) if use.start() >= match.end() else None
            if found is not None:
                yield found, _kept(text, use.start())


def _uses(text: str, names: frozenset[str]) -> dict[str, list[re.Match[str]]]:
    """Return where variables stand in a source, by name: looked for once for all of them."""
    found: dict[str, list[re.Match[str]]] = {}
    for use in _USE.finditer(text) if names else ():
        if use[1] in names:
            found.setdefault(use[1], []).append(use)
    return found


def _kept(text: str, at: int) -> str:
    """Return the variable that what stands at a place is kept in, "" for none."""
    kept = _KEPT.search(text, max(0, at - 120), at)
    return kept[1] if kept is not None else ""


def _above(match: re.Match[str]) -> int:
    """Return how many folders above that of the source a place lies."""
    if match["parents"] is not None:
        return whole(match["parents"][9:-1]) if "[" in match["parents"] else match["parents"].count(".parent") - 1
    if match["cwd"] is not None:
        return match["cwd"].count(".parent")
    return match["dirs"].count("dirname") - 1 if match["dirs"] is not None else 0


def _behind(text: str, at: int, base: str) -> str | None:
    """Return the path that is put together from a folder and what stands behind it, None where nothing does."""
    tail = _TAIL.match(text, at)
    if tail is None:
        return None
    parts = [(first or second).lstrip("/") for first, second in _PART.findall(tail[0])]
    return posixpath.normpath(posixpath.join(base, *parts))


def _data(path: str, folder: str) -> str | None:
    """Return the folder of data, with a `/` behind it, or the file of data, that a path outside of a folder names."""
    common = posixpath.commonpath((path, folder))
    parts = posixpath.relpath(path, common).split("/")
    at = next((i for i, part in enumerate(parts) if is_data_folder(part)), None)
    if at is not None:
        return posixpath.join(common, *parts[: at + 1]) + "/"
    return path if _DATA_FILE.search(path) else None


__all__ = ["paths_above"]
