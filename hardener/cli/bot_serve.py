"""`harden bot serve`: takes webhooks and works on what they name."""

from __future__ import annotations

import os
import time
from typing import Any

import click

from hardener.bot.forge.connect import KINDS, app_key, connect
from hardener.cli.bot_options import ledger_file, policy, shared
from hardener.cli.choices import CONTEXT
from hardener.cli.settings import FAIL_LEVELS
from hardener.fast.records import replace


@click.command(context_settings=CONTEXT)
@click.option(
    "--listen", default="127.0.0.1:8471", metavar="HOST:PORT", help="Where deliveries come in.", show_default=True
)
@click.option(
    "--review",
    type=click.Choice(("comments", "check")),
    is_flag=False,
    flag_value="comments",
    help="Also review pull requests, by comments with suggestions (if no value is given) or by a check run.",
)
@click.option(
    "--fail-level",
    type=click.Choice(FAIL_LEVELS),
    help="With --review check: it fails for findings up to this level.  [default: none]",
)
@click.option("--no-requests", is_flag=True, help="With --review: open no requests of its own.")
@shared
@click.option("--limit", type=click.IntRange(0), default=20, help="Most new requests an hour.", show_default=True)
@click.option("--jobs", type=click.IntRange(1, 64), default=2, help="Tasks to run at once.", show_default=True)
@click.option("--queue", type=click.IntRange(1), default=10_000, help="Most tasks that may wait.", show_default=True)
@click.option(
    "--max-body", type=click.IntRange(1024), default=25 << 20, help="Largest delivery in bytes.", show_default=True
)
@click.option("--max-age", default="3d", metavar="TIME", help="Refuse older deliveries.", show_default=True)
@click.option(
    "--grace", type=click.FloatRange(0), default=25.0, help="Seconds to finish when asked to end.", show_default=True
)
def serve(**given: Any) -> int:
    """Take webhooks of a forge, and work on the repositories that they name.

    POST /webhook takes deliveries signed with the secret in HARDEN_BOT_WEBHOOK_SECRET. GET /healthz, /readyz
    and /metrics tell whether the server works. It logs what it does to standard error, one JSON object a line.

    Exit codes: 0 it was asked to end, 2 it could not start.
    """
    from hardener.bot.bench import Bench
    from hardener.bot.ledger import Ledger
    from hardener.bot.reach import remove_left_folders
    from hardener.bot.serve import server
    from hardener.bot.serve.app import Door
    from hardener.bot.serve.log import Log
    from hardener.bot.serve.signatures import secrets_from

    _check_review(given)
    address = _address(given["listen"])
    chosen = replace(
        policy({**given, "again": True}), review=given["review"] or "comments", fail_level=given["fail_level"] or "none"
    )
    secrets = secrets_from(os.environ.get("HARDEN_BOT_WEBHOOK_SECRET", ""))
    door = Door(
        given["kind"], secrets, chosen.prefix, bool(given["review"]), not given["no_requests"],
        _seconds(given["max_age"]), given["max_body"], checks=given["review"] == "check",
    )  # fmt: skip
    path = given["ledger"] or ledger_file()
    held = server.alone(path)
    ledger = Ledger(path)
    remove_left_folders()
    try:
        forge = connect(given["kind"], given["api"], os.environ, ledger, given["ca_file"])
        bench = Bench(forge, chosen, ledger, server.HourlyQuota(ledger, chosen.limit, time.time))
        bounds = server.Bounds(given["jobs"], given["queue"], given["grace"])
        try:
            server.serve(address, door, bench, Log((*secrets, *_tokens(given["kind"]))), bounds)
        finally:
            forge.disconnect()
    finally:
        ledger.close()
        os.close(held)
    return 0


def _check_review(given: dict[str, Any]) -> None:
    """Say what does not go together, before anything is done."""
    if given["no_requests"] and not given["review"]:
        raise click.UsageError("--no-requests goes with --review")
    if given["fail_level"] and given["review"] != "check":
        raise click.UsageError("--fail-level goes with --review check")
    if given["review"] == "check" and (given["kind"] != "github" or not os.environ.get("HARDEN_BOT_APP_ID")):
        raise click.UsageError("--review check works as a GitHub App: put its number into HARDEN_BOT_APP_ID")


def _tokens(kind: str) -> list[str]:
    """Return the tokens and keys of the environment: none of them is logged, whatever a message holds."""
    names = ("HARDEN_BOT_TOKEN", *KINDS[kind].tokens)
    return [found for found in (*(os.environ.get(name, "").strip() for name in names), app_key(os.environ)) if found]


def _seconds(text: str) -> float:
    from hardener.lookups.update_policy import duration

    seconds = duration(text)
    if not seconds:
        raise click.BadParameter('is a length of time such as "3d"', param_hint="--max-age")
    return seconds


def _address(text: str) -> tuple[str, int]:
    host, _, port = text.rpartition(":")
    if not host or not port.isdigit() or int(port) > 65535:
        raise click.BadParameter("write it as HOST:PORT, such as 127.0.0.1:8471", param_hint="--listen")
    return host.strip("[]"), int(port)
