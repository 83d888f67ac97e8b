"""The command: reads files, runs the engine, prints or writes. Thin on purpose."""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass
from pathlib import Path

import click

from hardener._version import __version__
from hardener.engine import discovery, files
from hardener.engine.config import Config, load, nearest
from hardener.engine.result import Options, Result
from hardener.engine.run import harden
from hardener.errors import HardenError, InputError
from hardener.output import diff, text
from hardener.rules import all_rules
from hardener.rules.base import Safety


@dataclass(frozen=True, slots=True)
class Job:
    """One file to work on; `data` is there for standard input."""

    path: Path
    options: Options
    data: bytes | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a job: a result with the bytes that were read, or an error."""

    job: Job
    result: Result | None = None
    original: bytes = b""
    error: str = ""


def run_job(job: Job) -> Outcome:
    """Read and rewrite one file; an error is an outcome too, so that the other files go on."""
    try:
        data = files.read(job.path) if job.data is None else job.data
        if job.data is not None:
            files.check_text(job.path, data)
        result = harden(data, filename=str(job.path), options=job.options)
    except HardenError as error:
        return Outcome(job, error=str(error))
    return Outcome(job, result, data)


def _rule_names(given: tuple[str, ...]) -> frozenset[str]:
    names = frozenset(part.strip() for item in given for part in item.split(",") if part.strip())
    known = {key for rule in all_rules() for key in (rule.name, rule.code)}
    for name in sorted(names - known):
        from difflib import get_close_matches

        close = get_close_matches(name, sorted(known), 1)
        raise click.UsageError(f"no such rule: {name}" + (f"; did you mean {close[0]}?" if close else ""))
    return names


@click.command(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.argument("paths", nargs=-1)
@click.option("--diff", "mode", flag_value="diff", default=True, help="Show the change as a diff (the default).")
@click.option("--write", "mode", flag_value="write", help="Make the change in the files.")
@click.option("--check", "mode", flag_value="check", help="Only say which files would change.")
@click.option("--safe", is_flag=True, help="Only changes that cannot alter behaviour.")
@click.option("--unsafe-fixes", is_flag=True, help="Also changes that cannot be proved from the files.")
@click.option("--select", multiple=True, metavar="RULES", help="Run only these rules (names or codes, with commas).")
@click.option("--extend-select", multiple=True, metavar="RULES", help="Run these rules besides.")
@click.option("--ignore", multiple=True, metavar="RULES", help="Do not run these rules.")
@click.option(
    "--context", type=click.Path(path_type=Path), metavar="DIR", help="The build context: some rules read it."
)
@click.option("--offline", is_flag=True, help="Never use the network (no rule does yet).")
@click.option("--stdin-filename", metavar="NAME", help="The name that `-` goes by.")
@click.option("--config", type=click.Path(path_type=Path), metavar="FILE", help="Use this configuration file.")
@click.option("--isolated", is_flag=True, help="Use no configuration file.")
@click.option("--jobs", type=click.IntRange(min=1), metavar="N", help="Processes for many files (one a processor).")
@click.option("--explain", metavar="RULE", help="Print the page of a rule and stop.")
@click.option("--list-rules", is_flag=True, help="Print all rules and stop.")
@click.option("-q", "--quiet", is_flag=True, help="Only diffs and errors.")
@click.option("-v", "--verbose", is_flag=True, help="Also what --unsafe-fixes would change.")
@click.option("--color", type=click.Choice(["auto", "always", "never"]), default="auto", help="Colour the diff.")
@click.version_option(__version__, prog_name="harden")
def command(paths: tuple[str, ...], **given: object) -> None:
    """Rewrite Dockerfiles so that the image is small, cached well, free of root and quick to stop.

    PATHS are files, folders to look in, or - for standard input; without any the current folder.

    Exit codes: 0 nothing to change (or all of it written), 1 something would change, 2 an error.
    """
    if given["list_rules"] or given["explain"]:
        _explain(given["explain"])
        return
    sys.exit(_run(paths, given))


def _explain(name: object) -> None:
    from hardener.output import rules

    if name is None:
        click.echo(rules.table(), nl=False)
        return
    (wanted,) = _rule_names((str(name),))
    click.echo(rules.page(next(r for r in all_rules() if wanted in (r.name, r.code))), nl=False)


def _run(paths: tuple[str, ...], given: dict[str, object]) -> int:
    if given["safe"] and given["unsafe_fixes"]:
        raise click.UsageError("--safe and --unsafe-fixes exclude each other")
    errors: list[str] = []
    try:
        jobs = list(_jobs(paths or (".",), given, errors))
    except HardenError as problem:
        errors.append(str(problem))
        jobs = []
    outcomes = _outcomes(jobs, given["jobs"])
    wrote = given["mode"] == "write"
    for outcome in outcomes:
        error = outcome.error or (_write(outcome) if wrote else "")
        if error:
            errors.append(error)
    results = [o.result for o in outcomes if o.result is not None]
    for outcome in outcomes:
        _show(outcome, given)
    for error in errors:
        click.echo(f"error: {error}", err=True)
    if not given["quiet"] and "-" not in paths:
        click.echo(text.summary(results, errors=len(errors), wrote=wrote), err=True)
    if errors:
        return 2
    return 1 if not wrote and any(r.changed for r in results) else 0


def _jobs(paths: tuple[str, ...], given: dict[str, object], errors: list[str]):  # type: ignore[no-untyped-def]
    for name in paths:
        if name == "-":
            path = Path(str(given["stdin_filename"] or "Dockerfile"))
            yield Job(path, _options(path, given), sys.stdin.buffer.read())
            continue
        path = Path(name)
        if not path.is_dir():
            yield Job(path, _options(path, given))
            continue
        found = list(discovery.find(path, _config(path, given).exclude))
        if not found:
            errors.append(f"{name}: no Dockerfile found")
        for file in found:
            yield Job(file, _options(file, given))


def _config(path: Path, given: dict[str, object]) -> Config:
    if given["isolated"]:
        return Config()
    if given["config"]:
        return load(Path(str(given["config"])))
    folder = path if path.is_dir() else path.parent
    return nearest(Path(os.path.abspath(folder)))  # noqa: PTH100 (a symlink stays where it is)


def _options(path: Path, given: dict[str, object]) -> Options:
    config = _config(path, given)
    unsafe = given["unsafe_fixes"] or (config.unsafe_fixes and not given["safe"])
    safe = given["safe"] or (config.safe and not given["unsafe_fixes"])
    level = Safety.UNSAFE if unsafe else Safety.SAFE if safe else Safety.HARDENING
    named = {key: _rule_names(given[key]) for key in ("select", "extend_select", "ignore")}  # type: ignore[arg-type]
    return Options(
        level=level,
        select=named["select"] or _rule_names(tuple(config.select)),
        extend_select=named["extend_select"] | _rule_names(tuple(config.extend_select)),
        ignore=named["ignore"] | _rule_names(tuple(config.ignore)),
        resolve=_resolver(given["context"] or config.context),
    )


def _resolver(folder: object):  # type: ignore[no-untyped-def]
    if folder is None:
        return None
    from hardener.engine.context import BuildContext

    if not Path(str(folder)).is_dir():
        raise InputError(f"{folder}: the build context is no folder")
    return BuildContext(Path(str(folder)))


def _outcomes(jobs: list[Job], wanted: object) -> list[Outcome]:
    processes = wanted if isinstance(wanted, int) else os.cpu_count() or 1
    if len(jobs) < 16 or processes == 1:
        return [run_job(job) for job in jobs]
    from concurrent.futures import ProcessPoolExecutor

    with ProcessPoolExecutor(processes) as pool:
        return list(pool.map(run_job, jobs, chunksize=max(1, min(32, len(jobs) // (processes * 4)))))


def _write(outcome: Outcome) -> str:
    result, job = outcome.result, outcome.job
    if result is None or not result.changed or job.data is not None:
        return ""
    try:
        files.write(job.path, result.data, outcome.original)
    except InputError as error:
        return str(error)
    return ""


def _show(outcome: Outcome, given: dict[str, object]) -> None:
    result = outcome.result
    if result is None:
        return
    out = sys.stdout
    if given["mode"] == "diff":
        colour = given["color"] == "always" or (
            given["color"] == "auto" and out.isatty() and "NO_COLOR" not in os.environ
        )
        printed = diff.unified_diff(result, colour=colour)
        out.flush()
        out.buffer.write(printed.encode("utf-8", "surrogateescape"))
        out.buffer.flush()
    elif given["mode"] == "write" and outcome.job.data is not None:
        out.buffer.write(result.data)
        out.buffer.flush()
    elif given["mode"] == "check" and result.changed:
        click.echo(f"would change {outcome.job.path}")
    if given["quiet"]:
        return
    for line in text.lines(result, verbose=bool(given["verbose"])):
        click.echo(line.encode("utf-8", "surrogateescape").decode("utf-8", "replace"), err=outcome.job.data is not None)


def main() -> None:
    """Run the command; a closed pipe and Ctrl-C end it without a traceback."""
    try:
        command()
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(1)
