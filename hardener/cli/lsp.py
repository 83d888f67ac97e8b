"""`harden lsp`: the language server, on standard input and output or on a port of this machine."""

from __future__ import annotations

import os
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

import click

from hardener._version import __version__
from hardener.cli.choices import CONTEXT, Choices
from hardener.errors import HardenError

if TYPE_CHECKING:
    from hardener.lsp.analysis import Chooser
    from hardener.lsp.settings import EditorSettings

_INSTALL = (
    "harden lsp needs pygls, which is not installed; run: pip install pygls, or with pipx: pipx inject hardener pygls"
)


@click.command(context_settings=CONTEXT)
@click.option("--stdio", is_flag=True, help="Talk on standard input and output (the default).")
@click.option("--tcp", metavar="[HOST:]PORT", help="Listen on this port instead, for debugging (host: 127.0.0.1).")
@click.option("--online", is_flag=True, help="Ask registries for digests and versions; by default no host is asked.")
@click.option("--config", type=click.Path(path_type=Path), metavar="FILE", help="Use this configuration file.")
@click.option("--isolated", is_flag=True, help="Use no configuration file.")
@click.option("--check", is_flag=True, help="Only say whether all that it needs is installed.")
def command(*, stdio: bool, tcp: str | None, online: bool, config: Path | None, isolated: bool, check: bool) -> int:
    """Serve an editor over the language server protocol.

    Shows problems, formats with the safe changes, offers fixes. docs/editors.md says how to set up an editor.
    """
    if stdio and tcp:
        raise click.UsageError("use --stdio or --tcp, not both")
    address = _address(tcp) if tcp else None
    if isolated and config:
        raise click.UsageError("use --isolated or --config, not both")
    if check:
        return _checked()
    choose = chooser(online=online, config=config, isolated=isolated)
    try:
        from hardener.lsp.features import server_for
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] not in ("pygls", "lsprotocol"):
            raise
        raise HardenError(_INSTALL) from None
    server = server_for(choose, asks=online)
    if address is None:
        server.start_io(*_streams())
    else:
        click.echo(f"harden lsp listens on {address[0]}:{address[1]}", err=True)
        server.start_tcp(*address)
    return 0


def _checked() -> int:
    """Say that the server can start; quick, as pygls is looked for and not loaded."""
    if not all(map(find_spec, ("pygls", "lsprotocol"))):
        raise HardenError(_INSTALL)
    click.echo(f"harden {__version__} can serve editors")
    return 0


def _streams() -> tuple[BinaryIO, BinaryIO]:
    """Return standard input and output for the protocol alone: what else is printed goes to standard error."""
    stdin, stdout = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    return stdin, stdout


def _address(given: str) -> tuple[str, int]:
    """Return host and port of `--tcp`; without a host only this machine can connect."""
    host, _, port = given.rpartition(":")
    if not port.isdecimal() or int(port) > 65535:
        raise click.UsageError(f"--tcp: write it as 127.0.0.1:2087, not {given}")
    return host.strip("[]") or "127.0.0.1", int(port)


def chooser(*, online: bool, config: Path | None, isolated: bool) -> Chooser:
    """Return what makes the shared options of the settings of an editor.

    Args:
        online: whether registries may be asked.
        config: the configuration file to use.
        isolated: whether no configuration file is used.
    """

    def choose(settings: EditorSettings, context: Path | None) -> Choices:
        return Choices(
            safe=False, unsafe_fixes=False,
            select=settings.select,
            extend_select=settings.extend_select,
            ignore=settings.ignore,
            cache_mounts=False, context=context, no_image_facts=not online,
            offline=not online, strict_online=False, insecure_registry=(),
            registry_mirror=(), registry_allow=(), ca_file=None, config=config, isolated=isolated,
        )  # fmt: skip

    return choose
