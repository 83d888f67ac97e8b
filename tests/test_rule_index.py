"""What is said of rules without loading them: it is of today, and without what it needs a rule finds nothing."""

from __future__ import annotations

import pytest

from hardener.image.model import Model
from hardener.rules import LISTED, all_rules
from hardener.rules.__main__ import INDEX, index
from hardener.rules.base import Rule, acts_on, kinds
from hardener.syntax.dockerfile.parser import parse
from tests.test_rules import CASES

NARROW = [rule for rule in all_rules() if rule.needs]


def test_the_index_is_of_today() -> None:
    assert INDEX.read_text(encoding="utf-8") == index(), "run python -m hardener.rules"


def test_the_index_loads_the_rules_in_their_order() -> None:
    assert tuple(listed.rule for listed in LISTED) == all_rules()


@pytest.mark.parametrize("rule", NARROW, ids=lambda rule: rule.name)
def test_without_what_it_needs_a_rule_finds_and_asks_nothing(rule: type[Rule]) -> None:
    tried = 0
    for case in CASES:
        tree = parse(case.read_bytes())
        if kinds(tree) & acts_on(rule):
            continue
        tried += 1
        model = Model(tree)
        instance = rule(tree, model, lambda _: True)
        assert instance.run() is tree, case
        assert not instance.findings, case
        assert not tuple(rule.lookups(model)), case
    assert tried
