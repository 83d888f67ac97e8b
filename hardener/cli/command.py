"""The command as click knows it: all options, the help, what is said of mistakes. Thin on purpose."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable
from typing import Any

import click

from hardener._version import __version__
from hardener.cli import subcommands
from hardener.cli.choices import CONTEXT, choice_options
from hardener.cli.ending import FAILED, INTERRUPTED, fail, failing, leave_quietly
from hardener.cli.jobs import jobs_of
from hardener.cli.reporting import emit
from hardener.cli.running import run
from hardener.cli.settings import Settings, baseline_options, run_options
from hardener.errors import HardenError
from hardener.rules import every_rule

#: set by the scripts of `harden completion`
COMPLETE = "_HARDEN_COMPLETE"


@click.command(context_settings=CONTEXT, epilog=subcommands.table())
@click.argument("paths", nargs=-1)
@run_options
@baseline_options
@click.option("--verify", is_flag=True, help="Build and run before and after; keep only what works (see Commands).")
@choice_options
@click.option("--explain", metavar="NAME", help="Print the page of a rule, or what an id such as U15 means.")
@click.option("--list-rules", is_flag=True, help="Print all rules and stop.")
@click.version_option(__version__, prog_name="harden")
def command(paths: tuple[str, ...], explain: str | None, list_rules: bool, verify: bool, **given: Any) -> int:
    """Rewrite Dockerfiles so that the image is small, caches well, runs without root and stops quickly.

    PATHS are files, folders to look in, or - for standard input; without any the current folder.

    Digests and versions come from the registries of the images, each asked once and remembered for an hour; --offline
    uses only what is remembered.

    Exit codes: 0 nothing to change (or all of it written), 1 something would change, 2 an error.
    """
    if list_rules or explain is not None:
        return _explain(explain)
    settings = Settings(**given)
    settings.check()
    if verify:
        return _verify(paths or (".",), settings)
    return run(paths or (".",), settings)


def _verify(paths: tuple[str, ...], settings: Settings) -> int:
    from hardener.cli.verify import verify_all
    from hardener.cli.verify_options import unasked

    if "-" in paths:
        raise click.UsageError("--verify needs a file: standard input has no build context")
    if settings.mode == "interactive" or settings.baseline or settings.write_baseline:
        raise click.UsageError("--verify decides by running: it takes no --interactive and no baseline")
    errors: list[str] = []
    found = [job.path for job in jobs_of(paths, settings, errors, compose=False)]
    for error in errors:
        click.echo(f"error: {error}", err=True)
    code = verify_all(
        found, unasked(settings, write=settings.mode == "write", quiet=settings.quiet, verbose=settings.verbose)
    )
    return max(code, 2) if errors else code


def _explain(name: str | None) -> int:
    from hardener.output import reasons, rules

    if name is None:
        emit(rules.table())
        return 0
    found = [rule for rule in every_rule() if name in (rule.name, rule.code)]
    reason = reasons.reason(name)
    if found:
        text: str | None = rules.page(found[0])
    else:
        text = reasons.section_page(name) if reason is None else reasons.page(reason)
    if text is None:
        raise click.UsageError(_unknown(name, reasons.all_reasons()))
    emit(text)
    return 0


def _unknown(name: str, reasons: Iterable[str]) -> str:
    """Return what is wrong with the name of a page, with what may have been meant."""
    from hardener.rules import known_names
    from hardener.syntax.rule_names import meant

    letter, digit = (*name.strip("[]() ").upper()[:2], "", "")[:2]
    alike = [one for one in reasons if one.startswith(letter)] if digit.isdigit() else []
    hint = "see --list-rules, or docs/reasons.md for ids such as U15"
    if close := meant(name, known_names()):
        hint = close.removeprefix("; ")
    elif alike:
        hint = f"the ids with {letter} go from {alike[0]} to {alike[-1]}"
    return f"no such rule or reason: {name}; {hint}"


def _dispatch(arguments: list[str]) -> int:
    """Run the subcommand that the first argument names, else the main command; only what runs is imported.

    A file that is named like a subcommand is reached as `./verify`.
    """
    name = arguments[0] if arguments else ""
    if COMPLETE in os.environ:
        from hardener.cli.completion import whole

        return int(whole(command).main(arguments, "harden", complete_var=COMPLETE, standalone_mode=False) or 0)
    if name in subcommands.COMMANDS:
        return int(subcommands.load(name).main(arguments[1:], f"harden {name}", standalone_mode=False) or 0)
    return int(command.main(arguments, "harden", standalone_mode=False) or 0)


def main() -> None:
    """Run the command and end the process; a closed pipe and Ctrl-C end it without a traceback."""
    try:
        code = _dispatch(sys.argv[1:])
        sys.stdout.flush()
    except click.ClickException as error:
        if isinstance(error, click.NoSuchOption):
            from hardener.cli.mistaken import option_meant

            error = option_meant(error)
        error.show()
        code = error.exit_code
    except HardenError as error:
        click.echo(f"error: {error}", err=True)
        code = FAILED
    except click.Abort:
        code = INTERRUPTED
    except BrokenPipeError:
        code = leave_quietly()
    except PermissionError as error:
        click.echo(f"error: {failing(error)}", err=True)
        code = FAILED
    except Exception as error:
        code = fail(error)
    sys.exit(code)
