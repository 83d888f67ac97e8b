"""What a run gives back, and what can be asked of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from hardener.engine.discovery import names_compose
from hardener.fast.records import dataclass, field
from hardener.rules.base import Finding, Lookup, Safety
from hardener.syntax.dockerfile.nodes import Dockerfile
from hardener.text import Edit, encode, minimal_edits

TYPE_CHECKING = False
if TYPE_CHECKING:
    from hardener.project.assumptions import Assumptions
    from hardener.project.compose.limits import Limits
    from hardener.project.file_change import FileChange

#: Levels from the one that changes least.
LEVELS = (Safety.SAFE, Safety.HARDENING, Safety.UNSAFE)


#: answers a look-up; None where there is no answer
Resolver = Callable[[Lookup], "object | None"]


@dataclass(frozen=True, slots=True)
class Options:
    """How a run is to be done.

    Attributes:
        level: rewrites up to this one are applied.
        select: names or codes of the only rules to run; empty for all that are not opt-in.
        extend_select: names or codes of rules to run besides.
        ignore: names or codes of rules not to run.
        skip: (rule name, line) of findings that are not to be applied, lines as in the file that is given.
        resolve: answers a look-up, or returns None; without it the build context is not known.
        find_context: where `resolve` is not given, makes it from the file; None says that it cannot be known.
        find_builds: answers a look-up of kind "builds"; without it compose and bake files are not known.
        find_origin: answers a look-up of kind "origin"; without it the address of the repository is not known.
        beside: answers look-ups of kind "beside" about the project of a compose file; without it that is not known.
        find_built: answers one of kind "built", by its key.
        answers: what registries said, collected before the run; it never asks them itself.
        assume: what the person states that no file shows.
        limits: what services of compose files get that have no limits of their own.
        image_facts: ask registries what base images say of themselves, where the facts do not know it.
        other_files: rules may change other files of the build context too; who asks for it has to write
            `Result.changes` with the text, as one may rely on the other.
        as_compose: the file is a compose file whatever its name is: another one includes it.
        with_edits: fill `Finding.edits`; each costs a pass of its rule over the file, so only who shows them asks.
        with_settled: say of each rule about the image why it has nothing to do (`Result.settled`); it loads them all.
    """

    level: Safety = Safety.HARDENING
    select: frozenset[str] = frozenset()
    extend_select: frozenset[str] = frozenset()
    ignore: frozenset[str] = frozenset()
    skip: frozenset[tuple[str, int]] = frozenset()
    resolve: Resolver | None = None
    find_context: Callable[[Dockerfile], Resolver | None] | None = None
    find_builds: Callable[[], object] | None = None
    find_origin: Callable[[], str] | None = None
    beside: Resolver | None = None
    find_built: Callable[[str], object] | None = None
    answers: Mapping[Lookup, object] = field(default_factory=dict)
    assume: Assumptions | None = None
    limits: Limits | None = None
    image_facts: bool = True
    as_compose: bool = False
    with_edits: bool = False
    with_settled: bool = False
    other_files: bool = False

    def reads_compose(self, filename: str | None) -> bool:
        """Tell whether a file is read as a compose file: by its name, or because another one includes it."""
        return filename is not None and (self.as_compose or names_compose(filename))


@dataclass(frozen=True, slots=True)
class Step:
    """One pass that changed the file: the rule and the text after it."""

    rule: str
    after: str


@dataclass(frozen=True, slots=True)
class Fault:
    """A pass of ours that was dropped because its proof failed; always worth a report.

    Attributes:
        rule: name of the rule.
        reasons: what the proof found.
        source: the text that the pass was given: a reproduction.
    """

    rule: str
    reasons: tuple[str, ...]
    source: str


@dataclass(frozen=True, slots=True)
class Result:
    """The outcome for one file.

    Attributes:
        filename: as the caller named it.
        source: the text that was given.
        code: the text as the run leaves it.
        findings: by line: what was applied, what could be, and what is held back.
        steps: the passes that changed the file, in order.
        faults: passes of ours that failed their proof and were dropped.
        warnings: (line, text) about the file's own harden comments, or why nothing was tried.
        changes: what is done to other files of the build context; the text of the Dockerfile relies on it.
        unanswered: what rules asked of registries and nobody answered.
        settled: by line: where a rule has nothing to do, and why; no findings, told only where all is asked for.
    """

    filename: str | None
    source: str
    code: str
    findings: tuple[Finding, ...] = ()
    steps: tuple[Step, ...] = ()
    faults: tuple[Fault, ...] = ()
    warnings: tuple[tuple[int, str], ...] = ()
    unanswered: frozenset[Lookup] = frozenset()
    changes: tuple[FileChange, ...] = ()
    tree: Dockerfile | None = field(default=None, repr=False, compare=False)
    settled: tuple[Finding, ...] = ()

    @property
    def changed(self) -> bool:
        """Whether `code` differs from `source`."""
        return self.source != self.code

    @property
    def changes_any(self) -> bool:
        """Whether the Dockerfile or another file changes."""
        return self.changed or bool(self.changes)

    @property
    def edits(self) -> tuple[Edit, ...]:
        """Small edits that turn `source` into `code`, for an editor; worked out when asked."""
        return minimal_edits(self.source, self.code)

    @property
    def data(self) -> bytes:
        """`code` as bytes; bytes that are no UTF-8 are those of the source."""
        return encode(self.code)

    @property
    def applied(self) -> tuple[Finding, ...]:
        """The findings whose rewrite `code` holds."""
        return tuple(f for f in self.findings if f.applied)

    @property
    def held_back(self) -> tuple[Finding, ...]:
        """The findings that a rule refuses to rewrite."""
        return tuple(f for f in self.findings if f.refusal is not None)

    @property
    def offered(self) -> tuple[Finding, ...]:
        """The findings that could be rewritten at another level."""
        return tuple(f for f in self.findings if not f.applied and f.refusal is None)
