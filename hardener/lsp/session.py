"""What the server remembers between two requests: settings, and the last runs while nothing has changed."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from urllib.parse import unquote

from pygls.uris import to_fs_path

from hardener.engine.job import Outcome
from hardener.image.model import Model
from hardener.lsp.analysis import Chooser, Desk, Document, analyse, model_of
from hardener.lsp.settings import EditorSettings
from hardener.rules.base import Safety
from hardener.text import encode

#: what follows `file:`; a `;` belongs to the path
_PLACE = re.compile(r"(?://(?:localhost)?)?(/(?!/)[^?#]*)", re.IGNORECASE)
#: so many runs are kept
_RUNS = 32


class Session:
    """One editor's session.

    Args:
        choose: what the command line of the server says.
    """

    def __init__(self, choose: Chooser) -> None:
        self.choose = choose
        #: settings for the whole workspace, and for its folders by their path
        self.settings = EditorSettings()
        self.of_folder: dict[Path, EditorSettings] = {}
        #: counts everything that may change what a run finds
        self.generation = 0
        self._runs: dict[tuple[str, Safety | None, bool], tuple[Document, int, Outcome]] = {}
        self._models: dict[str, tuple[str, Model | None]] = {}

    def changed(self) -> None:
        """Note that a file, a text or a setting changed."""
        self.generation += 1

    def desk(self, document: Document, roots: Iterable[Path], texts: Mapping[Path, str]) -> Desk:
        """Return what a run over a text needs besides.

        Args:
            document: the text.
            roots: the folders of the workspace.
            texts: what the editor holds, by path.
        """
        above = [root for root in roots if document.path is None or document.path.is_relative_to(root)]
        root = max(above, key=lambda one: len(one.parts), default=None)
        settings = self.of_folder.get(root, self.settings) if root is not None else self.settings
        return Desk(self.choose, settings, root, _unsaved(document, texts))

    def run(self, document: Document, desk: Desk, level: Safety | None = None, *, with_edits: bool = False) -> Outcome:
        """Return what is found in a text, worked out once while nothing changes."""
        key = document.uri, level, with_edits
        known = self._runs.get(key)
        now = self.generation
        if known is not None and known[:2] == (document, now):
            return known[2]
        outcome = analyse(document, desk, level=level, with_edits=with_edits)
        self._runs.pop(key, None)
        self._runs[key] = document, now, outcome
        while len(self._runs) > _RUNS:
            self._runs.pop(next(iter(self._runs)))
        return outcome

    def model(self, document: Document) -> Model | None:
        """Return what a Dockerfile means, read once while it does not change; None for any other text."""
        if not document.is_dockerfile:
            return None
        known = self._models.get(document.uri)
        if known is None or known[0] != document.text:
            known = document.text, model_of(document.text)
            self._models[document.uri] = known
        return known[1]

    def forget(self, uri: str) -> None:
        """Drop what is remembered of a text that was closed."""
        self._models.pop(uri, None)
        for key in [key for key in self._runs if key[0] == uri]:
            del self._runs[key]


def path_of(uri: str) -> Path | None:
    """Return the file that a URI names; None for a text that lies in no file here, such as one of another host."""
    scheme, _, rest = uri.partition(":")
    if scheme.lower() != "file":
        return None
    name = to_fs_path(uri) if os.name == "nt" else _local(rest)
    if not name or "\0" in name:
        return None
    path = Path(os.path.abspath(name))  # noqa: PTH100 (a symlink stays where it is)
    return path if path.name else None


def _local(rest: str) -> str:
    """Return the path in what follows `file:`, "" where it is none of this machine; bytes that are no UTF-8 stay."""
    place = _PLACE.match(rest)
    return unquote(place[1], errors="surrogateescape") if place is not None else ""


def _unsaved(document: Document, texts: Mapping[Path, str]) -> dict[str, bytes]:
    """Return the texts of other files that are on the disk: what was never saved is in no build context."""
    found = {}
    for path, text in texts.items():
        if path != document.path and path.is_file():
            try:
                found[os.path.realpath(path)] = encode(text)
            except UnicodeEncodeError:  # half of a surrogate pair: the file on the disk counts
                continue
    return found
