"""`harden clean`: what is remembered of runs is removed."""

from __future__ import annotations

import os
import re
import stat
from pathlib import Path

import click

from hardener.cli.choices import CONTEXT
from hardener.cli.remembered import folder_of
from hardener.cli.reporting import emit
from hardener.errors import InputError

_OURS = re.compile(r"[0-9a-f]{64}|\.[0-9a-f]{64}\.\d+")


@click.command(context_settings=CONTEXT)
def command() -> int:
    """Remove the remembered results of runs. What registries answered stays: --offline runs need it."""
    folder = Path(folder_of(os.environ))
    removed = 0
    try:
        for path in _entries(folder):
            path.unlink(missing_ok=True)
            removed += not path.name.startswith(".")
    except OSError as error:
        raise InputError(f"{folder}: cannot be cleaned: {error.strerror}") from None
    emit(f"{removed} {'result' if removed == 1 else 'results'} removed from {folder}\n")
    return 0


def _entries(folder: Path) -> list[Path]:
    """Return our files in a folder that is no link."""
    try:
        if not stat.S_ISDIR(folder.lstat().st_mode):
            return []
    except FileNotFoundError:
        return []
    return [path for path in folder.iterdir() if _OURS.fullmatch(path.name)]
