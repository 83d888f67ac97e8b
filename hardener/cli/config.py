"""`harden config`: what is in force for a file, and where each value comes from."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import click

from hardener.cli.choices import CONTEXT
from hardener.cli.options import giving
from hardener.cli.reporting import emit
from hardener.engine.config import Config
from hardener.engine.config_files import layered, load, nearest, nearest_path, own
from hardener.engine.config_origins import Setting, layer, settings
from hardener.errors import OptionError
from hardener.output.escape import shown
from hardener.registry.folders import config_file


@click.command(context_settings=CONTEXT)
@click.argument("path", type=click.Path(path_type=Path), default=Path("Dockerfile"))
@click.option("--config", type=click.Path(path_type=Path), metavar="FILE", help="Use this configuration file.")
@click.option("--isolated", is_flag=True, help="Use no configuration file.")
@click.option("--format", "form", type=click.Choice(("text", "json")), default="text", help="Default: text.")
@giving(())
def command(path: Path, config: Path | None, isolated: bool, form: str) -> int:
    """Print the configuration in force for a file, and the file that each value comes from.

    PATH is a Dockerfile or a folder; it need not be there. Options of a run win over all of this.
    """
    if config and isolated:
        raise OptionError("use --isolated or --config, not both")
    folder = Path(os.path.abspath(path if path.is_dir() else path.parent))  # noqa: PTH100 (links stay as they are)
    found = () if isolated else _found(folder, config)
    ignored = () if isolated else _ignored(path, folder, config)
    empty = None if isolated else config or nearest_path(folder)
    emit(_json(path, found, ignored) if form == "json" else _text(found, ignored, empty))
    return 0


def _config(folder: Path, named: Path | None) -> Config:
    return load(named) if named else layered(own(config_file(os.environ)), nearest(folder))


def _found(folder: Path, named: Path | None) -> tuple[Setting, ...]:
    config = _config(folder, named)  # a file that cannot be used is an error as in a run
    if named:
        return settings(layer(named), None, config)
    return settings(layer(nearest_path(folder)), layer(config_file(os.environ)), config)


def _ignored(path: Path, folder: Path, named: Path | None) -> tuple[str, ...]:
    """Return the rules that do not run on the file, with those of per-file-ignores."""
    return tuple(sorted(_config(folder, named).ignored_in(folder / path.name)))


def _text(found: tuple[Setting, ...], ignored: tuple[str, ...], empty: Path | None) -> str:
    rows = [(_name(one), json.dumps(one.value, ensure_ascii=False), _sources(one)) for one in found if one.sources]
    widths = [max((len(row[i]) for row in rows), default=0) for i in range(2)]
    lines = [f"{shown(name):{widths[0]}}  {shown(value):{widths[1]}}  # {source}" for name, value, source in rows]
    if not lines:
        there = f"{shown(str(empty))} sets nothing" if empty else "no configuration"
        lines = [f"# {there}: the defaults are in force"]
    if ignored:
        lines.append(f"# rules that do not run on this file: {', '.join(ignored)}")
    return "\n".join(lines) + "\n"


def _name(one: Setting) -> str:
    return f"{one.table}.{one.name}" if one.table else one.name


def _sources(one: Setting) -> str:
    return ", ".join(shown(str(source)) for source in one.sources)


def _json(path: Path, found: tuple[Setting, ...], ignored: tuple[str, ...]) -> str:
    rows: list[dict[str, Any]] = [
        {"key": _name(one), "value": one.value, "sources": [str(source) for source in one.sources]} for one in found
    ]
    return json.dumps({"file": str(path), "settings": rows, "ignored": list(ignored)}, indent=2) + "\n"
