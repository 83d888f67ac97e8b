"""One text of an editor through the engine: what is found in it, and what the safe changes make of it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from hardener.engine.batch import run_all, run_job
from hardener.engine.config_files import forget
from hardener.engine.job import Job, Outcome
from hardener.engine.result import LEVELS, Options
from hardener.engine.run import harden
from hardener.engine.selection import may_act
from hardener.errors import DockerfileSyntaxError, HardenError
from hardener.fast.records import dataclass, field, replace
from hardener.image.model import Model
from hardener.lookups.build_context import Contexts
from hardener.lookups.reading import Unsaved, within
from hardener.lookups.surroundings import Surroundings
from hardener.lsp.kinds import Kind
from hardener.lsp.settings import EditorSettings
from hardener.rules import all_rules
from hardener.rules.base import Finding, Safety
from hardener.syntax.dockerfile.parser import parse
from hardener.text import Edit, encode, minimal_edits

if TYPE_CHECKING:
    from hardener.lookups.registries import Online

#: how often a run over a range may find more that lies outside of it
_ROUNDS = 8


class Chosen(Protocol):
    """What the command line of the server and the configuration files say."""

    def options(self, path: Path, /) -> Options:
        """Return how the file at `path` is to be rewritten."""

    def online(self, folder: Path, /) -> Online | None:
        """Return what answers for registries; None where nothing could."""


#: makes it of the settings of the editor, and of the build context that they name
Chooser = Callable[[EditorSettings, "Path | None"], Chosen]


@dataclass(frozen=True, slots=True)
class Document:
    """A text as an editor holds it; `path` is None for one that was never saved."""

    uri: str
    text: str
    version: int | None = None
    path: Path | None = None
    kind: Kind = Kind.DOCKERFILE

    @property
    def is_dockerfile(self) -> bool:
        """Whether it is a Dockerfile, and no file of another kind."""
        return self.kind is Kind.DOCKERFILE


@dataclass(frozen=True, slots=True)
class Desk:
    """All that a run needs besides the text.

    Attributes:
        choose: what the command line says.
        settings: of the editor, for the workspace folder of the text.
        root: that folder; None where no folder is open.
        unsaved: what the editor holds of other files.
    """

    choose: Chooser
    settings: EditorSettings = EditorSettings()
    root: Path | None = None
    unsaved: Unsaved = field(default_factory=dict)


def warm_up() -> None:
    """Load what the first run loads, before somebody waits for it."""
    minimal_edits("a\n", harden("FROM debian:trixie-slim\nRUN true\nRUN false\nCMD a b\n").code)


def analyse(document: Document, desk: Desk, *, level: Safety | None = None, with_edits: bool = False) -> Outcome:
    """Return what the rules find in a text, at the level of the settings or at `level`; registries are asked only
    where the command line allows it, answers that harden remembers count always.
    """
    try:
        job = _job(document, desk)
        chosen = level or job.options.level
        job = replace(job, options=replace(job.options, level=chosen, with_edits=with_edits))
        online = _chosen(desk).online(job.path.parent)
        if online is None:
            return run_job(job)
        try:
            return run_all([job], 1, online)[0]
        finally:
            online.close()
    except HardenError as error:
        return _failed(document, str(error))


def formatted(document: Document, desk: Desk, lines: tuple[int, int] | None = None) -> tuple[Edit, ...]:
    """Return the edits of the safe changes; none for a text that cannot be read. No registry is asked.

    Args:
        document: the text.
        desk: what a run needs besides.
        lines: the first and last line, from 1, that may be changed; a change that needs others is not made.
    """
    skip: frozenset[tuple[str, int]] = frozenset()
    for _ in range(_ROUNDS):
        result = _safe(document, desk, skip).result
        if result is None:
            return ()
        outside = {(f.rule, f.line) for f in result.applied if lines is not None and not _is_within(f, lines)}
        if not outside:
            return result.edits
        skip |= outside
    return ()


def capped(desk: Desk, document: Document) -> Safety:
    """Return the highest level that all fixes at once may have: hardening, or safe where that was chosen."""
    try:
        level = _job(document, desk).options.level
    except HardenError:
        return Safety.SAFE
    return min(level, Safety.HARDENING, key=LEVELS.index)


def model_of(text: str) -> Model | None:
    """Return what a text means; None for one that cannot be read, or is for another frontend than Docker's own."""
    try:
        model = Model(parse(text))
    except DockerfileSyntaxError:
        return None
    return None if model.has_custom_frontend else model


def _is_within(finding: Finding, lines: tuple[int, int]) -> bool:
    """Tell whether a finding, with all instructions that it speaks of, lies in a range of lines."""
    places = [region for region in (finding.region, *finding.related) if region is not None]
    return all(lines[0] <= place.line and place.end_line <= lines[1] for place in places)


def _safe(document: Document, desk: Desk, skip: frozenset[tuple[str, int]]) -> Outcome:
    try:
        job = _job(document, desk)
    except HardenError as error:
        return _failed(document, str(error))
    options = replace(job.options, level=Safety.SAFE, skip=skip)
    # what could change nothing need not run: no finding of a rule is safer than the rule
    idle = {rule.name for rule in all_rules() if not may_act(rule, options)}
    return run_job(replace(job, options=replace(options, ignore=options.ignore | idle)))


def _failed(document: Document, error: str) -> Outcome:
    return Outcome(Job(document.path or Path("Dockerfile"), Options()), error=error)


def _job(document: Document, desk: Desk) -> Job:
    """Return the work on a text.

    Raises:
        HardenError: a configuration or a setting cannot be used, or the text is no Unicode.
    """
    forget()
    path = document.path or (desk.root or Path.cwd()) / "Dockerfile"
    try:
        options = _chosen(desk).options(path)
    except OSError as error:  # a name that no file system takes, a folder that may not be searched
        raise HardenError(f"cannot look for a configuration: {error.strerror}") from None
    try:
        data = encode(document.text)
    except UnicodeEncodeError as error:
        raise HardenError(f"the text holds half of a surrogate pair, at character {error.start + 1}") from None
    options = replace(options, level=desk.settings.level or options.level)
    return Job(
        path, options, data, placed=document.path is not None, shared=Contexts(around=Surroundings(desk.unsaved))
    )


def _chosen(desk: Desk) -> Chosen:
    return desk.choose(desk.settings, _context(desk))


def _context(desk: Desk) -> Path | None:
    """Return the build context that the editor names.

    Raises:
        HardenError: it does not lie in the workspace: settings may come from a repository.
    """
    if not desk.settings.context:
        return None
    if desk.root is None:
        raise HardenError("harden.context needs an open folder")
    folder = desk.root / desk.settings.context
    if not within(desk.root, folder):
        raise HardenError(f"harden.context: {desk.settings.context} leads out of the workspace folder")
    return folder
