"""Which rules a run applies, and which of them may change anything."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol, TypeVar

from hardener.engine.result import LEVELS, Options
from hardener.rules import LISTED, Listed
from hardener.rules.base import AnyRule


class Selectable(Protocol):
    """What a choice among rules asks of each: a rule, or what is said of one without loading it."""

    @property
    def code(self) -> str:
        """Its code."""

    @property
    def name(self) -> str:
        """Its name."""

    @property
    def opt_in(self) -> bool:
        """Whether it has to be asked for."""


R = TypeVar("R", bound=Selectable)


def selected_rules(options: Options) -> tuple[Listed, ...]:
    """Return the rules that a run with `options` applies to a Dockerfile, in order."""
    return selected(LISTED, options)


def selected(rules: Iterable[R], options: Options) -> tuple[R, ...]:
    """Return those of some rules that a run with `options` applies."""

    def wanted(rule: R) -> bool:
        names = {rule.name, rule.code}
        if names & options.ignore:
            return False
        if options.select:
            return bool(names & (options.select | options.extend_select))
        return not rule.opt_in or bool(names & options.extend_select)

    return tuple(rule for rule in rules if wanted(rule))


def may_act(rule: type[AnyRule], options: Options) -> bool:
    """Tell whether the level of a run allows what a rule does."""
    return LEVELS.index(rule.safety) <= LEVELS.index(options.level)
