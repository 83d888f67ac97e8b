"""`harden bot`: hardens many repositories by pull requests."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from hardener.bot.forge.connect import connect
from hardener.bot.policy import Policy
from hardener.cli import bot_serve
from hardener.cli.bot_options import ledger_file, policy, shared
from hardener.cli.choices import CONTEXT
from hardener.cli.reporting import emit
from hardener.errors import InputError
from hardener.fast.records import replace
from hardener.output.escape import shown, shown_error

if TYPE_CHECKING:
    from hardener.bot.bench import Told


@click.group(context_settings=CONTEXT)
def command() -> None:
    """Harden many repositories by pull requests, again and again."""
    if sys.platform != "win32":
        import resource

        # a dump of this process, or of git, would hold the token
        resource.setrlimit(resource.RLIMIT_CORE, (0, resource.getrlimit(resource.RLIMIT_CORE)[1]))


command.add_command(bot_serve.serve)


@command.command(context_settings=CONTEXT)
@click.option("--repo", "repos", multiple=True, metavar="OWNER/NAME", help="Work on this repository.")
@click.option("--org", "orgs", multiple=True, metavar="OWNER", help="Work on all repositories of this organisation.")
@click.option(
    "--file",
    "lists",
    multiple=True,
    type=Path,
    metavar="FILE",
    help="Work on the repositories that FILE lists, one a line.",
)
@click.option("--local", multiple=True, type=Path, metavar="DIR", help="Look at this checkout, without a forge.")
@click.option("--dry-run", type=Path, metavar="DIR", help="Write patches and texts to DIR; change nothing else.")
@shared
@click.option("--limit", type=click.IntRange(0), default=20, help="Most new requests in this run.", show_default=True)
@click.option(
    "--jobs", type=click.IntRange(1, 64), default=4, help="Repositories to work on at once.", show_default=True
)
@click.option("--scheduler", default="", metavar="URL", help="Harden on workers of this dask scheduler.")
@click.option("--again", is_flag=True, help="Also look at repositories that were done in the last 20 hours.")
def run(**given: Any) -> int:
    """Bring the requests of repositories up to date.

    The token of the forge comes from HARDEN_BOT_TOKEN, or from the variable that the forge's own tools read.

    Exit codes: 0 all done, 2 something could not be done.
    """
    chosen = policy(given)
    if given["local"] and not given["dry_run"]:
        raise click.UsageError("--local needs --dry-run DIR: without a forge there is nothing else to write to")
    if not any(given[name] for name in ("local", "repos", "orgs", "lists")):
        raise click.UsageError("name something to work on: --repo, --org, --file or --local")
    told = _local(given, chosen)
    if any(given[name] for name in ("repos", "orgs", "lists")):
        told += _with_forge(given, chosen)
    if given["dry_run"]:
        from hardener.bot.dry import write

        if number := write(told, given["dry_run"], chosen):
            click.echo(f"written to {shown(str(given['dry_run']))}: {number} .patch and {number} .md", err=True)
    return 2 if any(one.failed for one in told) else 0


def _local(given: dict[str, Any], chosen: Policy) -> list[Told]:
    from hardener.bot.dry import every_local
    from hardener.bot.ledger import Ledger

    # without a forge a ledger is only there for a report
    ledger = Ledger(given["ledger"] or ":memory:")
    told = []
    try:
        for one in every_local(given["local"], chosen, ledger, given["jobs"]):
            told.append(one)
            _tell(one)
    finally:
        ledger.close()
    return told


def _with_forge(given: dict[str, Any], chosen: Policy) -> list[Told]:
    from hardener.bot.bench import Bench, Quota
    from hardener.bot.ledger import Ledger
    from hardener.bot.reach import remove_left_folders
    from hardener.bot.run import repositories
    from hardener.bot.run import run as run_all

    remove_left_folders()
    ledger = Ledger(":memory:" if given["dry_run"] else given["ledger"] or ledger_file())
    try:
        forge = connect(given["kind"], given["api"], os.environ, ledger, given["ca_file"])
        bench = Bench(forge, chosen, ledger, Quota(chosen.limit), dry=bool(given["dry_run"]))
        found = repositories(forge, [*given["repos"], *_listed(given["lists"])], given["orgs"])
        with ExitStack() as stack:
            stack.callback(forge.disconnect)
            if given["scheduler"]:
                from hardener.bot.spread import Spread

                spread = Spread(given["scheduler"])
                stack.callback(spread.close)
                bench = replace(bench, rewrite=spread)
            return run_all(found, bench, _tell, given["jobs"])
    finally:
        ledger.close()


def _listed(files: tuple[Path, ...]) -> Iterator[str]:
    """Yield the names in lists: one a line, without blank lines and comments."""
    for path in files:
        try:
            lines = path.read_text(encoding="utf-8").splitlines()
        except (OSError, UnicodeDecodeError):
            raise InputError(f"{path}: cannot be read as a list of repositories") from None
        yield from filter(None, (line.partition("#")[0].strip() for line in lines))


def _tell(told: Told) -> None:
    """Print a line for a repository or a branch."""
    address = f" {shown(told.url)}" if told.url else ""
    emit(f"{shown(told.repository)}: {'error: ' * told.failed}{shown_error(told.what)}{address}\n")
    for group in told.groups:
        for error in group.errors:
            emit(f"    {shown_error(error)}\n")
