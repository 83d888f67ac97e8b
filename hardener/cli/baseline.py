"""`--baseline` and `--write-baseline`: what is known is left alone, what is gone is said, what is found is recorded."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from hardener.cli.reporting import tell
from hardener.cli.settings import Settings
from hardener.engine import files
from hardener.engine.baseline import FileBaseline, told_rules
from hardener.engine.baseline_file import Files, load, text_of
from hardener.engine.fingerprints import Key, relative
from hardener.engine.job import Job, Outcome
from hardener.errors import OptionError
from hardener.fast.records import replace
from hardener.output.escape import shown
from hardener.output.totals import counted
from hardener.rules import every_rule


def with_baselines(jobs: list[Job], settings: Settings) -> list[Job]:
    """Return the jobs with what is known of their files; standard input without a name is no file.

    Raises:
        ConfigError: a baseline cannot be read.
        OptionError: standard input is to be recorded.
    """
    if settings.write_baseline is not None:
        if any(job.data is not None for job in jobs):
            raise OptionError("--write-baseline needs files: standard input has no name to record")
        made = FileBaseline(_folder(settings.write_baseline), is_made=True)
        return [replace(job, baseline=made) for job in jobs]
    return [_beside(job, settings) for job in jobs]


def _beside(job: Job, settings: Settings) -> Job:
    path = baseline_of(job, settings)
    if path is None or (job.data is not None and not job.placed):
        return job
    known = load(path).get(relative(job.path, _folder(path)), {})
    return replace(job, baseline=FileBaseline(_folder(path), known))


def baseline_of(job: Job, settings: Settings) -> Path | None:
    """Return the file of the baseline that counts for a job."""
    return settings.baseline or settings.configuration(job.path.parent).baseline


def _folder(path: Path) -> Path:
    return Path(os.path.abspath(path)).parent  # noqa: PTH100 (links stay as they are)


def tell_known(outcomes: list[Outcome], settings: Settings) -> None:
    """Say how many findings the baselines have, and what of them is gone."""
    compared = [outcome for outcome in outcomes if outcome.job.baseline is not None and outcome.result is not None]
    if not compared:
        return
    gone = [f"{o.job.path}: {name} ({count})" for o in compared for name, count in o.gone]
    gone += [f"{name}: no such file" for name in _missing(compared, settings)]
    for line in gone:
        tell(f"gone from the baseline: {shown(line)}")
    paths = sorted({str(path) for o in compared if (path := baseline_of(o.job, settings)) is not None})
    hint = f" `harden --write-baseline {shown(paths[0])}` updates it." if gone and len(paths) == 1 else ""
    tell(f"Baseline: {counted(sum(o.known for o in compared), 'known finding')} left alone.{hint}")


def _missing(compared: list[Outcome], settings: Settings) -> list[str]:
    """Return the files that the baselines name and that are not there any more."""
    paths = {path for outcome in compared if (path := baseline_of(outcome.job, settings)) is not None}
    named = sorted(_folder(path) / name for path in paths for name in load(path))
    return [os.path.relpath(file) for file in named if not os.path.lexists(file)]


def record(path: Path, outcomes: list[Outcome], *, quiet: bool) -> None:
    """Write a baseline of what was found.

    What an older one at this place says stays where this run did not look: of other files that are still there, and
    of rules that this run does not show.

    Raises:
        ConfigError: what is there is no baseline.
        InputError: it cannot be written.
    """
    folder = _folder(path)
    old = load(path) if os.path.lexists(path) else {}
    read = {relative(o.job.path, folder): o for o in outcomes if o.result is not None}
    new: Files = {name: dict(known) for name, known in old.items() if _stays(name, folder, read)}
    for name, outcome in read.items():
        kept = _unshown(old.get(name, {}), told_rules(outcome.job.options) | _lasting(outcome))
        if found := kept | dict(outcome.recorded):
            new[name] = found
    files.create(path, text_of(new).encode())
    if not quiet:
        total = sum(count for known in new.values() for count in known.values())
        name, files_of = shown(str(path)), counted(len(new), "file")
        hint = f"`--baseline {name}` leaves them alone."
        tell(f"{name}: {counted(total, 'finding')} of {files_of} recorded. {hint}")


def _stays(name: str, folder: Path, read: Mapping[str, Outcome]) -> bool:
    return name not in read and os.path.lexists(folder / name)


def _lasting(outcome: Outcome) -> frozenset[str]:
    """Return the rules whose findings this run has recorded, whatever it shows."""
    return frozenset(rule for rule, _ in outcome.recorded)


def _unshown(old: Mapping[Key, int], told: frozenset[str]) -> dict[Key, int]:
    """Return what an older baseline says of rules that exist and that this run does not show."""
    names = {rule.name for rule in every_rule()}
    return {key: count for key, count in old.items() if key[0] in names - told}
