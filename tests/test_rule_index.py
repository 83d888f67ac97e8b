"""What is said of rules without loading them: it is of today, and without what it needs a rule finds nothing."""

from __future__ import annotations

import pytest

from hardener.image.model import Model
from hardener.rules import LISTED, Listed, all_rules
from hardener.rules.__main__ import INDEX, index
from hardener.syntax.dockerfile.parser import parse
from tests.test_rules import CASES

#: those that not every file concerns; every file has a FROM
NARROW = [said for said in LISTED if said.words or not said.acts_on & {"Dockerfile", "From", "Stage"}]


def test_the_index_is_of_today() -> None:
    assert INDEX.read_text(encoding="utf-8") == index(), "run python -m hardener.rules"


def test_the_index_loads_the_rules_in_their_order() -> None:
    assert tuple(listed.rule for listed in LISTED) == all_rules()


@pytest.mark.parametrize("said", NARROW, ids=lambda said: said.name)
def test_in_a_file_without_what_it_needs_a_rule_finds_and_asks_nothing(said: Listed) -> None:
    rule, tried = said.rule, 0
    for case in CASES:
        tree = parse(case.read_bytes())
        if said.may_find(tree):
            continue
        tried += 1
        model = Model(tree)
        instance = rule(tree, model, lambda _: True)
        assert instance.run() is tree, case
        assert not instance.findings, case
        assert not tuple(rule.lookups(model)), case
    assert tried
