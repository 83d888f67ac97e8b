"""`harden init`: a first configuration, from what is there; it never overwrites."""

from __future__ import annotations

from pathlib import Path

import click

from hardener.cli.choices import CONTEXT
from hardener.cli.proposed import Proposed, show, write
from hardener.cli.reporting import tell
from hardener.engine.config_files import SIZE
from hardener.engine.config_reading import table_of
from hardener.engine.seen import look_around
from hardener.errors import InputError
from hardener.lookups.reading import read_regular
from hardener.output.escape import shown
from hardener.output.starting_config import text
from hardener.text import decode, encode

_NAMES = ("harden.toml", ".harden.toml")


@click.command(context_settings=CONTEXT)
@click.argument("folder", type=click.Path(path_type=Path), default=Path())
@click.option("--pyproject", is_flag=True, help="Add a table to pyproject.toml instead of writing harden.toml.")
@click.option("--diff", is_flag=True, help="Only show what would be written.")
def command(folder: Path, pyproject: bool, diff: bool) -> int:
    """Write a configuration for FOLDER, with comments on the Dockerfiles, contexts, targets and ignores found there.

    It leaves all as it is, but that Dockerfiles in folders such as vendor/ and third_party/ are excluded. A
    configuration that is there already is never overwritten.
    """
    if not folder.is_dir():
        raise InputError(f"{folder}: is no folder")
    _refuse_existing(folder)
    new = text(look_around(folder), in_pyproject=pyproject)
    proposed = _in_pyproject(folder / "pyproject.toml", new) if pyproject else _own_file(folder / "harden.toml", new)
    if diff:
        show([proposed])
        return 0
    write([proposed])
    tell(f"{shown(str(proposed.path))} written; `harden config` shows what is in force.")
    return 0


def _refuse_existing(folder: Path) -> None:
    project = folder / "pyproject.toml"
    found = [folder / name for name in _NAMES if (folder / name).exists() or (folder / name).is_symlink()]
    if not found and project.is_file() and table_of(project, SIZE):
        found = [project]
    if found:
        raise InputError(f"{found[0]}: has a configuration already; nothing was written")


def _own_file(path: Path, new: str) -> Proposed:
    return Proposed(path, new.encode(), None)


def _in_pyproject(path: Path, new: str) -> Proposed:
    """Return pyproject.toml with the table at its end."""
    if not path.is_file():
        raise InputError(f"{path}: no such file; leave out --pyproject to write harden.toml")
    original = read_regular(path, SIZE + 1)
    if original is None or len(original) > SIZE:
        raise InputError(f"{path}: is no regular file, or larger than {SIZE >> 20} MB")
    source = decode(original)
    newline = "\r\n" if "\r\n" in source else "\n"
    gap = "" if not source else newline if source.endswith("\n") else newline * 2
    return Proposed(path, encode(source + gap + new.replace("\n", newline)), original)
