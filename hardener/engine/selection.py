"""Which rules a run applies, and which of them may change anything."""

from __future__ import annotations

from hardener.engine.result import LEVELS, Options
from hardener.rules import LISTED, Listed
from hardener.rules.base import Rule


def selected_rules(options: Options) -> tuple[Listed, ...]:
    """Return the rules that a run with `options` applies, in order."""

    def wanted(rule: Listed) -> bool:
        names = {rule.name, rule.code}
        if names & options.ignore:
            return False
        if options.select:
            return bool(names & (options.select | options.extend_select))
        return not rule.opt_in or bool(names & options.extend_select)

    return tuple(rule for rule in LISTED if wanted(rule))


def may_act(rule: type[Rule], options: Options) -> bool:
    """Tell whether the level of a run allows what a rule does."""
    return LEVELS.index(rule.safety) <= LEVELS.index(options.level)
