"""Digests that harden remembers from earlier runs; no registry is asked for what is shown."""

from __future__ import annotations

from pathlib import Path

from hardener.errors import HardenError
from hardener.fast.records import replace
from hardener.lookups.registries import Online
from hardener.lsp.analysis import Chooser
from hardener.lsp.settings import EditorSettings
from hardener.rules.base import Lookup


def digest(choose: Chooser, folder: Path, name: str) -> str | None:
    """Return the digest that is remembered for `name:tag` in full, None where none is.

    Args:
        choose: what the command line says.
        folder: where the configuration is looked for.
        name: the question.
    """
    try:
        configured = choose(EditorSettings(), None).online(folder)
        if configured is None:
            return None
        online = Online(replace(configured.settings, offline=True))
        lookup = Lookup("digest", name)
        try:
            answer = online.ask([lookup]).get(lookup)
        finally:
            online.close()
    except HardenError:
        return None
    return answer if isinstance(answer, str) else None
