"""Title and body of requests as an organisation words them, in a file of its own; never one of the repository."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from string import Template as Words

from hardener.errors import InputError
from hardener.fast.records import dataclass

#: what may stand in it after a `$`; all of it is text without markup of a repository
NAMES = (
    "title",
    "files",
    "rules",
    "repository",
    "intro",
    "effects",
    "why",
    "watch",
    "held",
    "offered",
    "errors",
    "how",
)


@dataclass(frozen=True, slots=True)
class Template:
    """A title, one line, and a body."""

    title: str
    body: str

    def fill(self, values: Mapping[str, str]) -> tuple[str, str]:
        """Return title and body with values in the place of names."""
        title = " ".join(Words(self.title).substitute(values).split())
        return title[:200], Words(self.body).substitute(values).strip() + "\n"


def read(path: Path) -> Template:
    """Read a template: the title in the first line, an empty one, and the body.

    Raises:
        InputError: it cannot be read, has no title or body, or names what there is not.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        raise InputError(f"{path}: cannot be read as a template") from None
    title, _, body = text.lstrip("\n").partition("\n")
    if not title.strip() or not body.strip():
        raise InputError(f"{path}: write the title in the first line, then an empty line and the body")
    for words in map(Words, (title, body)):
        if not words.is_valid():
            raise InputError(f"{path}: write $$ for a dollar sign")
        wrong = sorted(set(words.get_identifiers()) - set(NAMES))
        if wrong:
            raise InputError(f"{path}: ${wrong[0]} is not known; there are {', '.join(NAMES)}")
    return Template(title.strip(), body.strip("\n"))
