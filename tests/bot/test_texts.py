"""Texts of requests: what stands open is read in two minutes, whatever a repository holds."""

from __future__ import annotations

import re

import pytest

from hardener.bot import texts
from hardener.bot.advice import SUBJECTS
from hardener.bot.rewriting import Change, Group, Note
from tests.corpus import ROOT


def seen(body: str) -> str:
    """Return what a reader sees of a body before a click, without the addresses of links."""
    body = re.sub(r"<details>.*?</details>|<!--.*?-->", "", body, flags=re.DOTALL)
    return re.sub(r"\]\([^)]*\)", "]", body)


def group(rules: int, files: int) -> Group:
    names = sorted(rule for one in SUBJECTS for rule in one.rules)[:rules]
    notes = [
        Note(f"services/s{n}/Dockerfile", n + 1, f"HD{100 + i}", rule, "changed", f"`service{n}` has what {rule} finds")
        for i, rule in enumerate(names)
        for n in range(files)
    ]
    changes = tuple(Change(f"services/s{n}/Dockerfile", b"", b"") for n in range(files))
    return Group("all", changes, tuple(notes))


@pytest.mark.parametrize(("rules", "files"), [(1, 1), (12, 1), (12, 40), (40, 40)])
def test_what_stands_open_is_read_in_two_minutes(rules: int, files: int) -> None:
    words = re.findall(r"\w[\w./-]*", seen(texts.body(group(rules, files))))
    assert len(words) < 600


def test_each_rule_has_one_line_with_its_places() -> None:
    notes = [
        Note("a", 4, "HD503", "log-limits", "changed", "`one` keeps its logs"),
        Note("a", 9, "HD503", "log-limits", "changed", "`two` keeps its logs"),
        Note("b", 2, "HD503", "log-limits", "changed", "`two` keeps its logs"),
        *(Note("c", n, "HD505", "pids-limit", "changed", "any number") for n in range(1, 6)),
        *(Note(name, 1, "HD504", "restart-policy", "changed", "no") for name in "abcde"),
    ]
    lines = [
        line
        for line in texts.body(Group("all", (Change("a", b"", b""),), tuple(notes))).splitlines()
        if "#hd50" in line
    ]
    assert [re.sub(r"\]\([^)]*\)", "]", line) for line in lines] == [
        "* [log-limits]: `one` keeps its logs; 1 more of this kind (`a` lines 4, 9, `b` line 2)",
        "* [restart-policy]: no (`a` line 1, `b` line 1 and 3 more files)",
        "* [pids-limit]: any number (`c` lines 1, 2, 3 and 2 more)",
    ]


def test_many_rules_are_folded_and_none_is_lost() -> None:
    body = texts.body(group(30, 2))
    assert "<details><summary>Why: 30 rules, one by one</summary>" in body
    assert body.count("/rules/#hd") == 30


def _rewriting_rules() -> set[str]:
    """Return the rules of which a case shows a changed file."""
    folders = [
        f for kind in ("rules", "compose", "manifests", "definitions") for f in (ROOT / "tests" / kind).iterdir()
    ]
    return {f.name for f in folders if any("\n+++ " in case.read_text() for case in f.glob("*.diff"))}


def test_each_rule_that_rewrites_is_said_under_one_subject() -> None:
    named = [rule for one in SUBJECTS for rule in one.rules]
    assert len(named) == len(set(named))
    assert not _rewriting_rules() - {*named, "whole"}


def test_only_what_changed_is_named() -> None:
    notes = [
        Note("compose.yaml", 3, "HD502", "no-new-privileges", "changed", "no"),
        Note("compose.yaml", 3, "HD510", "drop-capabilities", "changed", "no"),
        Note("compose.yaml", 3, "HD505", "pids-limit", "changed", "no"),
    ]
    body = texts.body(Group("all", (Change("compose.yaml", b"", b""),), tuple(notes)))
    said = "get no way to gain privileges, only the capabilities that they need and a limit of processes |"
    assert said in body
    assert "bounded logs" not in body
