"""Which rules a run applies, and which of them may change anything."""

from __future__ import annotations

from typing import TypeVar

from hardener.engine.result import LEVELS, Options
from hardener.rules import all_rules
from hardener.rules.base import AnyRule, Rule

R = TypeVar("R", bound=AnyRule)


def selected_rules(options: Options) -> tuple[type[Rule], ...]:
    """Return the rules that a run with `options` applies to a Dockerfile, in order."""
    return selected(all_rules(), options)


def selected(rules: tuple[type[R], ...], options: Options) -> tuple[type[R], ...]:
    """Return those of some rules that a run with `options` applies."""

    def wanted(rule: type[AnyRule]) -> bool:
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
