"""`harden bot`: hardens many repositories by pull requests."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from hardener.bot.families import GROUPINGS
from hardener.bot.forge.connect import KINDS, connect
from hardener.bot.forge.records import Wishes
from hardener.bot.policy import Policy
from hardener.bot.template import read
from hardener.cli.choices import CONTEXT
from hardener.cli.reporting import emit
from hardener.errors import HardenError, InputError
from hardener.output.escape import shown, shown_error

if TYPE_CHECKING:
    from hardener.bot.work import Told


@click.group(context_settings=CONTEXT)
def command() -> None:
    """Harden many repositories by pull requests, again and again."""


@command.command(context_settings=CONTEXT)
@click.option("--repo", "repos", multiple=True, metavar="OWNER/NAME", help="Work on this repository.")
@click.option("--org", "orgs", multiple=True, metavar="OWNER", help="Work on all repositories of this organisation.")
@click.option("--file", "lists", multiple=True, type=Path, metavar="FILE", help="Work on those listed, one a line.")
@click.option("--topic", "topics", multiple=True, metavar="NAME", help="Only repositories with one of these topics.")
@click.option("--language", "languages", multiple=True, metavar="NAME", help="Only those with one of these languages.")
@click.option(
    "--match", "names", multiple=True, metavar="NAME", help="Only those of such a name (acme/*; !acme/old-*)."
)
@click.option("--local", multiple=True, type=Path, metavar="DIR", help="Look at this checkout, without a forge.")
@click.option("--dry-run", type=Path, metavar="DIR", help="Write patches and texts to DIR; change nothing else.")
@click.option("--forge", "kind", type=click.Choice(list(KINDS)), default="github", help="What is spoken to.")
@click.option("--api", default="", metavar="URL", help="Address of its API, if it is not the usual one.")
@click.option("--ca-file", type=Path, metavar="FILE", help="Also trust these certificates (PEM) of the forge.")
@click.option("--group", "grouping", type=click.Choice(GROUPINGS), default="repository", help="One request for each.")
@click.option("--updates", is_flag=True, help="Also move pins to what their tags name now, in a request of its own.")
@click.option("--min-age", metavar="TIME", help='Move pins only to images this old ("12h", "7d").')
@click.option("--config", type=Path, metavar="FILE", help="Configuration below that of each repository.")
@click.option("--label", "labels", multiple=True, metavar="NAME", help="Put this label on requests.")
@click.option("--draft", "is_draft", is_flag=True, help="Open requests as drafts.")
@click.option("--reviewer", "reviewers", multiple=True, metavar="NAME", help="Ask for a review (team: OWNER/TEAM).")
@click.option("--codeowners", is_flag=True, help="Also ask those that CODEOWNERS names.")
@click.option("--assignee", "assignees", multiple=True, metavar="NAME", help="Assign requests.")
@click.option("--template", type=Path, metavar="FILE", help="Title and body of requests in your words.")
@click.option("--commands", is_flag=True, help="Take commands in comments from people who may push.")
@click.option("--author", default="harden <harden@localhost>", metavar="NAME <MAIL>", help="Who signs off commits.")
@click.option("--limit", type=click.IntRange(0), default=20, help="New requests in this run.", show_default=True)
@click.option("--jobs", type=click.IntRange(1, 64), default=4, help="Repositories at once.", show_default=True)
@click.option("--again", is_flag=True, help="Also look at what was done in the last 20 hours and has not moved.")
@click.option("--offline", is_flag=True, help="Ask no registry.")
@click.option("--ledger", type=Path, metavar="FILE", help="Remember here what was done.")
def run(**given: Any) -> int:
    """Bring the requests of repositories up to date.

    The token of the forge comes from HARDEN_BOT_TOKEN, or from the variable that the forge's own tools read.

    Exit codes: 0 all done, 2 something could not be done.
    """
    policy = _policy(given)
    if given["local"] and not given["dry_run"]:
        raise click.UsageError("--local needs --dry-run DIR: without a forge there is nothing else to write to")
    if not any(given[name] for name in ("local", "repos", "orgs", "lists")):
        raise click.UsageError("name something to work on: --repo, --org, --file or --local")
    told = _local(given, policy)
    if any(given[name] for name in ("repos", "orgs", "lists")):
        told += _with_forge(given, policy)
    if given["dry_run"]:
        from hardener.bot.dry import write

        write(told, given["dry_run"], policy)
    return 2 if any(one.failed for one in told) else 0


def _policy(given: dict[str, Any]) -> Policy:
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
        again_after=0 if given["again"] else 20 * 3600,
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


def _local(given: dict[str, Any], policy: Policy) -> list[Told]:
    from hardener.bot.dry import local

    told = []
    for folder in given["local"]:
        told.append(local(folder, policy))
        _tell(told[-1])
    return told


def _with_forge(given: dict[str, Any], policy: Policy) -> list[Told]:
    from hardener.bot.ledger import Ledger
    from hardener.bot.run import repositories
    from hardener.bot.run import run as run_all
    from hardener.bot.work import Bench, Quota

    ledger = Ledger(":memory:" if given["dry_run"] else given["ledger"] or _ledger_file())
    try:
        forge = connect(given["kind"], given["api"], os.environ, ledger, given["ca_file"])
        bench = Bench(forge, policy, ledger, Quota(policy.limit), dry=bool(given["dry_run"]))
        found = repositories(forge, [*given["repos"], *_listed(given["lists"])], given["orgs"])
        try:
            return run_all(found, bench, _tell, given["jobs"])
        finally:
            forge.disconnect()
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


def _ledger_file() -> Path:
    base = Path(os.environ.get("XDG_STATE_HOME", ""))
    folder = (base if base.is_absolute() else Path.home() / ".local" / "state") / "harden"
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as error:
        raise HardenError(f"{folder}: cannot be made: {error.strerror}; use --ledger FILE") from None
    return folder / "bot.sqlite"


def _tell(told: Told) -> None:
    """Print a line for a repository or a branch."""
    address = f" {shown(told.url)}" if told.url else ""
    emit(f"{shown(told.repository)}: {'error: ' * told.failed}{shown_error(told.what)}{address}\n")
    for group in told.groups:
        for error in group.errors:
            emit(f"    {shown_error(error)}\n")
