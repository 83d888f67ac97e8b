"""The questions of `harden -i` and what is done with the answers."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

from hardener.cli.never import ignore_in_configuration
from hardener.cli.reporting import emit
from hardener.engine.choosing import Choice, Offer, Runner, Spot, accept, begin, decline, ignore, offers, remaining
from hardener.engine.result import Result
from hardener.errors import HardenError
from hardener.fast.records import dataclass
from hardener.output.diff import unified_diff
from hardener.output.escape import shown
from hardener.output.findings import described
from hardener.output.style import Style
from hardener.project.file_change import FileChange
from hardener.rules.base import Safety

_KEYS = {
    "y": "make this change",
    "n": "not now: leave it, and ask again in the next run",
    "i": "never here: write an ignore comment above it",
    "c": "never: ignore this rule in the configuration",
    "e": "explain the rule",
    "a": "make this change and all others of this rule",
    "d": "leave this and the rest of this file",
    "q": "quit: leave this and all others; what was accepted is written",
    "?": "show this help",
}


@dataclass(frozen=True, slots=True)
class Counts:
    """How many changes were made, left, and are ignored from now on."""

    made: int = 0
    left: int = 0
    ignored: int = 0

    def plus(self, other: Counts) -> Counts:
        """Return the sum."""
        return Counts(self.made + other.made, self.left + other.left, self.ignored + other.ignored)


class Asking:
    """What is remembered from one file to the next: rules that are always or never wanted, and whether to go on.

    Args:
        style: of what is shown.
        config: the configuration file that was named.
        isolated: no configuration file is used.
    """

    def __init__(self, style: Style, config: Path | None, *, isolated: bool) -> None:
        self.style = style
        self.config = config
        self.isolated = isolated
        self.always: set[str] = set()
        self.never: set[str] = set()
        self.is_over = False

    def file(self, run: Runner, source: str, level: Safety, known: frozenset[Spot]) -> tuple[Choice, Counts]:
        """Ask about the changes of one file; return what was decided, and how much of what.

        Args:
            run: the run over the file.
            source: its text.
            level: what may be changed.
            known: what is not asked about.
        """
        choice, ignored = begin(run, source, known), 0
        while offer := offers(run, choice, level, frozenset(self.never)):
            key = "y" if offer.spot[0] in self.always else self._answer(offer, choice)
            if key in ("d", "q"):
                self.is_over = key == "q"
                break
            if key == "i":
                commented = ignore(run, choice, offer)
                if commented is None:
                    self._say(
                        "An ignore comment does not reach this change; `c` ignores the rule in the configuration.\n"
                    )
                    continue
                choice, ignored = commented, ignored + 1
            elif key == "c":
                ignored += self._never(offer, choice)
            elif key == "n":
                choice = decline(choice, offer.spot)
            else:
                self.always |= {offer.spot[0]} if key == "a" else set()
                choice = accept(run, choice, offer.spot)
        left = remaining(choice, level, known, frozenset(self.never))
        return choice, Counts(len(choice.current.applied), left, ignored)

    def _never(self, offer: Offer, choice: Choice) -> int:
        """Ignore the rule of an offer in the configuration; return whether that was done."""
        try:
            path = Path(choice.current.filename or "Dockerfile")
            place = ignore_in_configuration(offer.spot[0], path.parent, self.config, isolated=self.isolated)
        except HardenError as error:
            self._say(f"{shown(str(error))}\n")
            return 0
        self.never.add(offer.spot[0])
        self._say(f"{shown(str(place))}: ignore has {offer.spot[0]} now.\n")
        return 1

    def _answer(self, offer: Offer, choice: Choice) -> str:
        """Show an offer and return the key of what is wanted, once it is one."""
        self._show(offer, choice)
        help_of: dict[str, Callable[[], str]] = {"e": lambda: _page(offer.spot[0]), "?": _help}
        while True:
            self._say(self.style.paint(f"Make this change [{','.join(_KEYS)}]? ", "head"))
            sys.stdout.flush()
            line = sys.stdin.readline()
            if not line:  # the end of the input
                self._say("\n")
                return "q"
            key = line.strip().lower()
            if key in help_of or key not in _KEYS:
                self._say(help_of.get(key, _help)())
            else:
                return key

    def _show(self, offer: Offer, choice: Choice) -> None:
        name = shown(choice.current.filename or "Dockerfile")
        for finding in offer.findings:
            level = finding.safety.value if finding.safety else ""
            head = f"{shown(finding.file) or name}:{finding.line}: {finding.rule} [{level}]"
            self._say(f"\n{self.style.paint(head, 'head')}\n  {shown(described(finding))}\n")
        if offer.lost:
            self._say(f"  It takes the place of what {', '.join(offer.lost)} would change.\n")
        self._say(unified_diff(_step(choice.current, offer.trial), colour=self.style.colour, escape=True))

    def _say(self, text: str) -> None:
        emit(text)
        sys.stdout.flush()


def _step(before: Result, after: Result) -> Result:
    """Return what the second run changes beyond the first one."""
    known = {change.path: change for change in before.changes}
    files = []
    for change in after.changes:
        done = known.get(change.path)
        if done != change:
            files.append(FileChange(change.path, change.place, done.after, change.after) if done else change)
    return Result(after.filename, before.code, after.code, changes=tuple(files))


def _page(name: str) -> str:
    from hardener.output.rules import page
    from hardener.rules import every_rule

    return "\n" + page(next(rule for rule in every_rule() if rule.name == name)) + "\n"


def _help() -> str:
    return "".join(f"  {key}  {text}\n" for key, text in _KEYS.items())
