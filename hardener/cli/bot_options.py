"""Options that `harden bot run` and `harden bot serve` share, and the policy that they make."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from hardener.bot.families import GROUPINGS
from hardener.bot.forge.connect import KINDS
from hardener.bot.forge.records import Wishes
from hardener.bot.policy import Policy
from hardener.bot.schedule import schedule
from hardener.bot.template import read
from hardener.errors import HardenError

Command = Callable[..., Any]

_OPTIONS = (
    click.option(
        "--topic", "topics", multiple=True, metavar="NAME", help="Only repositories with one of these topics."
    ),
    click.option(
        "--language", "languages", multiple=True, metavar="NAME", help="Only repositories with one of these languages."
    ),
    click.option(
        "--match",
        "names",
        multiple=True,
        metavar="NAME",
        help="Only repositories whose name fits (acme/*; !acme/old-*).",
    ),
    click.option("--forge", "kind", type=click.Choice(list(KINDS)), default="github", help="Kind of forge."),
    click.option("--api", default="", metavar="URL", help="Address of its API, if it is not the usual one."),
    click.option("--ca-file", type=Path, metavar="FILE", help="Also trust these certificates (PEM) of the forge."),
    click.option(
        "--group", "grouping", type=click.Choice(GROUPINGS), default="repository", help="What one pull request holds."
    ),
    click.option(
        "--updates", is_flag=True, help="Also move pins to what their tags name now, in a request of its own."
    ),
    click.option("--min-age", metavar="TIME", help='Move pins only to images this old ("12h", "7d").'),
    click.option("--config", type=Path, metavar="FILE", help="Configuration that a repository's own overrides."),
    click.option("--label", "labels", multiple=True, metavar="NAME", help="Put this label on requests."),
    click.option("--draft", "is_draft", is_flag=True, help="Open requests as drafts."),
    click.option("--reviewer", "reviewers", multiple=True, metavar="NAME", help="Ask for a review (team: OWNER/TEAM)."),
    click.option("--codeowners", is_flag=True, help="Also ask those that CODEOWNERS names."),
    click.option("--assignee", "assignees", multiple=True, metavar="NAME", help="Assign requests."),
    click.option("--template", type=Path, metavar="FILE", help="Take title and body of requests from this template."),
    click.option("--commands", is_flag=True, help="Take commands in comments from people who may push."),
    click.option(
        "--author", default="harden <harden@localhost>", metavar="NAME <MAIL>", help="Sign off commits with this name."
    ),
    click.option("--offline", is_flag=True, help="Ask no registry."),
    click.option("--ledger", type=Path, metavar="FILE", help="Remember in FILE what was done."),
    click.option("--schedule", metavar="WHEN", help='Open new requests only then ("mon-fri 09:00-17:00").'),
    click.option(
        "--open",
        "open_limit",
        type=click.IntRange(1),
        default=10,
        help="Most open requests of a repository.",
        show_default=True,
    ),
    click.option("--dashboard", is_flag=True, help="Keep an issue with the state of requests in each repository."),
)


def shared(command: Command) -> Command:
    """Give a command the options of a policy and of a forge."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


def policy(given: dict[str, Any]) -> Policy:
    """Return the policy that the options make."""
    name, _, mail = given["author"].partition(" <")
    mail = mail.removesuffix(">")
    if not name or "@" not in mail or set(name + mail) & set("<>\n") or not (name + mail).isprintable():
        raise click.BadParameter("write it as NAME <MAIL>", param_hint="--author")
    config = given["config"]
    if config is not None:
        from hardener.engine.config_files import load

        load(config)  # what is wrong with it is said once, before any work
    return Policy(
        grouping=given["grouping"],
        config=config,
        offline=given["offline"],
        labels=given["labels"],
        name=name,
        mail=mail,
        updates=given["updates"],
        hears=given["commands"],
        min_age=_min_age(given),
        limit=given["limit"],
        topics=given["topics"],
        languages=given["languages"],
        names=given["names"],
        is_draft=given["is_draft"],
        wishes=_wishes(given),
        asks_owners=given["codeowners"],
        template=read(given["template"]) if given["template"] is not None else None,
        open_limit=given["open_limit"],
        schedule=schedule(given["schedule"]) if given["schedule"] is not None else None,
        dashboard=given["dashboard"],
        again_after=0 if given.get("again", True) else 20 * 3600,
    )


def _min_age(given: dict[str, Any]) -> float | None:
    if given["updates"] and given["offline"]:
        raise click.UsageError("--updates asks registries: leave out --offline")
    if given["min_age"] is None:
        return None
    from hardener.lookups.update_policy import duration

    seconds = duration(given["min_age"])
    if seconds is None or not given["updates"]:
        raise click.BadParameter('goes with --updates and is a length of time such as "7d"', param_hint="--min-age")
    return seconds


def _wishes(given: dict[str, Any]) -> Wishes:
    names = [name.removeprefix("@") for name in given["reviewers"]]
    return Wishes(
        tuple(name for name in names if "/" not in name),
        tuple(name for name in names if "/" in name),
        tuple(name.removeprefix("@") for name in given["assignees"]),
    )


def ledger_file() -> Path:
    """Return where the ledger lies if nobody says; its folder is made."""
    base = Path(os.environ.get("XDG_STATE_HOME", ""))
    folder = (base if base.is_absolute() else Path.home() / ".local" / "state") / "harden"
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as error:
        raise HardenError(f"{folder}: cannot be made: {error.strerror}; use --ledger FILE") from None
    return folder / "bot.sqlite"
