"""`harden update`: moves pins whose tag has moved."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from hardener.cli.choices import CONTEXT, configuration_options, registry_options
from hardener.cli.running import run
from hardener.cli.settings import Settings, run_options
from hardener.engine.result import Options
from hardener.fast.records import replace
from hardener.lookups.update_policy import TAGS, UpdatePolicy, duration

#: those for Dockerfiles, compose files, Kubernetes manifests, bake files and dev containers
_RULES = ("update-pin", "update-service-pin", "update-manifest-pin", "update-definition-pin")


def _seconds(_: click.Context, __: click.Parameter, value: str | None) -> float | None:
    if value is None:
        return None
    seconds = duration(value)
    if seconds is None:
        raise click.BadParameter('a length of time such as "12h" or "7d" is needed')
    return seconds


class _Alone(Settings):
    """Settings by which no rule runs but those that update pins, whatever the configuration adds."""

    def options(self, path: Path) -> Options:
        return replace(Settings.options(self, path), extend_select=frozenset())


@click.command(context_settings=CONTEXT)
@click.argument("paths", nargs=-1)
@click.option("--min-age", callback=_seconds, metavar="TIME", help='Move only to images this old ("12h", "7d").')
@click.option("--tags", type=click.Choice(TAGS), help="How far the tag itself may move (same: only the digest).")
@run_options
@registry_options
@configuration_options
def command(paths: tuple[str, ...], min_age: float | None, tags: str | None, **given: Any) -> int:
    """Update pins to what their tags name now.

    PATHS are files, folders to look in, or - for standard input; without any the current folder. `[tool.harden.update]`
    of the configuration may set min-age, tags and ignore.

    Exit codes: 0 all pins are where they should be (or were moved), 1 one would move, 2 an error.
    """
    rules: dict[str, Any] = dict.fromkeys(("extend_select", "ignore"), ())
    rules |= {
        "safe": False,
        "unsafe_fixes": True,
        "select": _RULES,
        "cache_mounts": False,
        "context": None,
    }
    rules["no_image_facts"] = True
    settings = _Alone(**given, **rules, no_baseline=True)
    settings.check()

    def policy(configured: UpdatePolicy) -> UpdatePolicy:
        age = configured.min_age if min_age is None else min_age
        return UpdatePolicy(age, tags or configured.tags, configured.ignore)

    return run(paths or (".",), settings, policy)
