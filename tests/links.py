"""Where the links of pages lead: of Markdown as a forge shows it, and of built HTML. No host is asked."""

from __future__ import annotations

import functools
import re
from collections import Counter
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

_FENCE = re.compile(r"^(```+|~~~+).*?^\1[ \t]*$", re.MULTILINE | re.DOTALL)
_CODE = re.compile(r"(`+)(?!`).+?(?<!`)\1(?!`)", re.DOTALL)
_LINK = re.compile(r"\]\(([^)\s]+)\)")
_HEADING = re.compile(r"^#{1,6} +(.+?)\s*$", re.MULTILINE)
_ANCHOR = re.compile(r'<a id="([^"]+)">')
_TARGETS = {"a": "href", "img": "src", "script": "src", "link": "href"}


def broken(page: Path) -> list[str]:
    """Return the links of a Markdown page that lead to no file, folder or heading of the repository."""
    return [link for link in links(page.read_text(encoding="utf-8")) if not _leads(page, link)]


def links(text: str) -> list[str]:
    """Return the targets of the links of a Markdown text that lead to no other host."""
    found = _LINK.findall(_CODE.sub("", _FENCE.sub("", text)))
    return [link for link in found if not urlsplit(link).scheme]


@functools.cache
def anchors(text: str) -> set[str]:
    """Return what a forge lets one link to in a Markdown text."""
    text = _FENCE.sub("", text)
    seen: Counter[str] = Counter()
    found = set(_ANCHOR.findall(text))
    for heading in _HEADING.findall(text):
        name = _slug(heading)
        found.add(f"{name}-{seen[name]}" if seen[name] else name)
        seen[name] += 1
    return found


def _slug(heading: str) -> str:
    shown = re.sub(r"<[^>]+>|\[([^\]]*)\]\([^)]*\)", r"\1", heading)
    return re.sub(r"[^\w\- ]", "", shown.lower()).strip().replace(" ", "-")


def _leads(page: Path, link: str) -> bool:
    path, _, anchor = link.partition("#")
    target = page.parent / unquote(path) if path else page
    if not target.exists():
        return False
    return not anchor or (target.suffix == ".md" and anchor in anchors(target.read_text(encoding="utf-8")))


class Page(HTMLParser):
    """What a built page links to, loads, and can be linked to by."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.ids: set[str] = set()
        #: (tag, target)
        self.targets: list[tuple[str, str]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note the ids and targets of an element."""
        values = dict(attrs)
        if values.get("id"):
            self.ids.add(str(values["id"]))
        target = values.get(_TARGETS.get(tag, ""))
        if target and not (tag == "link" and values.get("rel") in ("canonical", "next", "prev")):
            self.targets.append((tag, target))


class Site:
    """A built site.

    Args:
        folder: where it lies.
        base: the path that it is published below, for links that begin with a slash.
    """

    def __init__(self, folder: Path, base: str = "/") -> None:
        self.folder, self.base = folder, base
        self.pages = {path: Page(path.read_text(encoding="utf-8")) for path in sorted(folder.rglob("*.html"))}

    def broken(self) -> Iterator[str]:
        """Yield "page: target" for each link that leads nowhere on the site."""
        for path, page in self.pages.items():
            for _, target in page.targets:
                if not urlsplit(target).netloc and not urlsplit(target).scheme and not self._leads(path, target):
                    yield f"{path.relative_to(self.folder)}: {target}"

    def loaded(self) -> set[str]:
        """Return what pages load of other hosts."""
        found = [one for page in self.pages.values() for one in page.targets]
        return {target for tag, target in found if tag != "a" and urlsplit(target).netloc}

    def has(self, path: str) -> bool:
        """Tell whether the site has a page or file at a path, with an anchor or without."""
        return self._leads(self.folder / "index.html", path)

    def _leads(self, page: Path, target: str) -> bool:
        path, _, anchor = target.partition("#")
        start = self.folder / unquote(path).removeprefix(self.base) if path.startswith("/") else page.parent / path
        found = (start if path else page).resolve()
        found = found / "index.html" if found.is_dir() else found
        if not found.is_file() or not found.is_relative_to(self.folder.resolve()):
            return False
        return not anchor or found not in self.pages or unquote(anchor) in self.pages[found].ids
