"""`harden migrate`: takes over what hadolint was told, and says what has no counterpart."""

from __future__ import annotations

from pathlib import Path

import click

from hardener.cli.choices import CONTEXT
from hardener.cli.proposed import Proposed, show, write
from hardener.cli.reporting import tell
from hardener.engine import discovery, files
from hardener.engine.batch import run_job
from hardener.engine.config_files import SIZE, load, nearest_path
from hardener.engine.config_writing import with_ignored
from hardener.engine.hadolint import Inline, mapped, settings_of, with_comments
from hardener.engine.job import Job
from hardener.engine.result import Options
from hardener.engine.warnings import not_needed
from hardener.errors import ConfigError, InputError
from hardener.lookups.reading import read_regular
from hardener.output.escape import shown
from hardener.output.totals import counted
from hardener.text import decode, encode

_NAMES = (".hadolint.yaml", ".hadolint.yml")


@click.command(context_settings=CONTEXT)
@click.argument("folder", type=click.Path(path_type=Path), default=Path())
@click.option("--diff", "mode", flag_value="diff", default="diff", help="Show what would be written (the default).")
@click.option("--write", "mode", flag_value="write", help="Write it.")
def command(folder: Path, mode: str) -> int:
    """Take over .hadolint.yaml and the "hadolint ignore" comments of the Dockerfiles in FOLDER.

    What hadolint ignores goes into `ignore` of the configuration and into `# harden: ignore[...]` comments, by the same
    table as `harden rules --map hadolint`. hadolint's own files and comments stay. What has no counterpart is printed.
    """
    if not folder.is_dir():
        raise InputError(f"{folder}: is no folder")
    notes: list[str] = []
    rules = _configured(folder, notes)
    changed, by_file = [], dict[str, tuple[str, ...]]()
    for path in discovery.find(folder, compose=False):
        inline = _commented(path, notes, frozenset(rules))
        if inline.text is not None:
            changed.append(inline.text)
        if inline.everywhere:
            by_file[path.relative_to(folder).as_posix()] = inline.everywhere
    proposed = [*_configuration(folder, rules, by_file, notes), *changed]
    if mode == "write":
        write(proposed)
    else:
        show(proposed)
    for line in dict.fromkeys(notes):
        tell(shown(line))
    hint = " `harden migrate --write` writes them." if proposed and mode != "write" else ""
    tell(f"{counted(len(proposed), 'file')} {'written' if mode == 'write' else 'to write'}.{hint}")
    return 0


class _Commented:
    """What a Dockerfile says to hadolint: the new text, if any, and the rules that are ignored in the whole file."""

    def __init__(self, text: Proposed | None = None, everywhere: tuple[str, ...] = ()) -> None:
        self.text = text
        self.everywhere = everywhere


def _configured(folder: Path, notes: list[str]) -> tuple[str, ...]:
    """Return the rules that hadolint's configuration ignores."""
    path = next((folder / name for name in _NAMES if (folder / name).is_file()), None)
    if path is None:
        return ()
    data = read_regular(path, SIZE)
    found = settings_of(decode(data or b""), str(path))
    answer = mapped(found.ignored)
    notes += [f"{path}: {line}" for line in (*answer.notes, *found.notes)]
    return answer.rules


def _commented(path: Path, notes: list[str], known: frozenset[str]) -> _Commented:
    """Return what becomes of the comments of one Dockerfile; a comment that would do nothing is not written."""
    original = files.read(path)
    source = decode(original)
    found = with_comments(source, known)
    notes += [f"{path}:{line}: {note}" for line, note in found.notes]
    text = _without_needless(path, source, found, known) if found.added else source
    change = Proposed(path, encode(text), original) if text != source else None
    return _Commented(change, found.everywhere)


def _without_needless(path: Path, source: str, found: Inline, known: frozenset[str]) -> str:
    """Return the text with those comments alone that keep a finding away."""
    outcome = run_job(Job(path, Options(ignore=known), encode(found.text), placed=True))
    if outcome.result is None:
        return source
    line_of = {one.line: one.at for one in found.added}
    told = [(line, not_needed(text)) for line, text in outcome.result.warnings]
    needless = frozenset((line_of[line], name) for line, name in told if name and line in line_of)
    return with_comments(source, known, needless).text


def _configuration(
    folder: Path, rules: tuple[str, ...], by_file: dict[str, tuple[str, ...]], notes: list[str]
) -> list[Proposed]:
    """Return the change of the configuration; what has to be added by hand is noted."""
    path = nearest_path(folder.absolute())
    if path is None:
        text = f"ignore = {_list(rules)}\n" if rules else ""
        if by_file:
            rows = [f'"{name}" = {_list(found)}\n' for name, found in sorted(by_file.items())]
            text += "\n" * bool(text) + "[per-file-ignores]\n" + "".join(rows)
        return [Proposed(folder / "harden.toml", text.encode(), None)] if text else []
    for name, found in sorted(by_file.items()):
        notes.append(f'{path}: add to per-file-ignores: "{name}" = {_list(found)}')
    return _added(path, tuple(rule for rule in rules if rule not in load(path).ignore))


def _added(path: Path, rules: tuple[str, ...]) -> list[Proposed]:
    original = read_regular(path, SIZE) or b""
    text: str | None = decode(original)
    for rule in reversed(rules):
        text = None if text is None else with_ignored(text, rule, in_pyproject=path.name == "pyproject.toml")
    if text is None:
        raise ConfigError(f"{path}: add {_list(rules)} to `ignore` yourself: cannot tell where it belongs")
    return [Proposed(path, encode(text), original)] if rules else []


def _list(rules: tuple[str, ...]) -> str:
    return "[" + ", ".join(f'"{rule}"' for rule in rules) + "]"
