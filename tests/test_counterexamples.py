"""The shared counterexamples: for each, what a careless rewrite gets wrong and what ours does."""

from __future__ import annotations

import json

import pytest

from hardener import DockerfileSyntaxError, Options, Safety, harden, parse
from hardener.image.config import evaluate
from hardener.rules import all_rules
from tests.corpus import COUNTEREXAMPLES, needs

#: transforms of the shared file whose rules exist, with the rules that are tried on their cases
RULES = {
    "parse": (),
    "header": (),
    "comment": (),
    "merge-run": ("merge-run",),
    "pipefail": (),
    "exec-form": ("exec-form",),
    "init": ("exec-form", "add-init"),
    "split": ("split-stages",),
    "user": ("add-user", "copy-chmod-chown"),
    "healthcheck": ("healthcheck",),
    "packages": ("no-install-recommends", "clean-package-cache", "no-cache-dir", "copy-chmod-chown"),
}
#: only rules that exist: a case of a rule that is still to come is no case yet
EXISTING = {rule.name for rule in all_rules()}
RULES = {transform: tuple(r for r in names if r in EXISTING) for transform, names in RULES.items()}
#: cases that show one rule of several
ONLY = {"C06": ("no-install-recommends",)}
#: cases that are refused as no Dockerfile before any rule runs, as BuildKit refuses them
REFUSED = {"P16"}
NO_CHANGE = {"refuse", "no-touch", "no-touch-body", "report", "check-context", "no-second-directive"}


def cases() -> list:
    if not COUNTEREXAMPLES.exists():
        return []
    found = json.loads(COUNTEREXAMPLES.read_text(encoding="utf-8"))
    return [c for c in found if c["transform"] in RULES and c["id"] not in REFUSED]


@needs(COUNTEREXAMPLES)
def test_refused_as_buildkit_refuses() -> None:
    for case in json.loads(COUNTEREXAMPLES.read_text(encoding="utf-8")):
        if case["id"] in REFUSED:
            with pytest.raises(DockerfileSyntaxError, match="strings only"):
                parse(case["before"])


def ours(case: dict, level: Safety) -> object:
    select = frozenset(ONLY.get(case["id"], RULES[case["transform"]]))
    return harden(case["before"], options=Options(level=level, select=select))


@needs(COUNTEREXAMPLES)
@pytest.mark.parametrize("case", cases(), ids=lambda c: c["id"])
def test_never_the_careless_rewrite(case: dict) -> None:
    result = harden(case["before"], options=Options(level=Safety.UNSAFE))
    assert result.faults == ()
    if case["naive"]:
        assert result.code != case["naive"]


@needs(COUNTEREXAMPLES)
@pytest.mark.parametrize(
    "case",
    [c for c in cases() if RULES[c["transform"]] and c["expect"] in NO_CHANGE],
    ids=lambda c: c["id"],
)
def test_held_back(case: dict) -> None:
    result = ours(case, Safety.HARDENING)
    before, after = evaluate(parse(case["before"])), evaluate(result.tree)
    subject = {
        "exec-form": "cmd",
        "init": "entrypoint",
        "user": "user",
        "packages": "copies",
        "merge-run": "runs",
        "split": "copies",
        "healthcheck": "healthcheck",
    }
    name = subject[case["transform"]]
    assert [getattr(c, name) for c in after] == [getattr(c, name) for c in before], case["why"]
    if case["expect"] == "report":
        assert result.held_back or result.offered, case["why"]


#: ids whose `ok` text we reach in other words, and why
OTHER_WORDS = {
    "P35": "nothing is to be split there; the proof refuses numbers after --from (Z03)",
    "S03": "the files that are copied in are not known there; the case with them is in tests/rules/split-stages",
    "S06": "the same, but for the name of the stage",
    "S09": "the packages lie in a virtual environment, and gcc's libraries are kept where needed",
    "S16": "Cargo.toml is not known there",
    "S24": "the same, but for the name of the stage",
    "M13": "a chain is never turned into a heredoc: it would raise the minimum builder (P22)",
    "I01": "nothing is declared on nginx, which is a good PID 1: the file is left alone",
    "I04": "the same entry point, and tini is installed first, by its full path",
    "U01": "the same, with the number that useradd gives to the account, which its RUN says now (U16)",
    "U02": "the same, with numbers, and the folder given away after the COPY",
    "U07": "the user is created first, so that it has an entry in passwd (U16)",
    "U18": "the same user, with a home for caches (U06)",
    "U19": "the same user, with a home for caches and no shell (U06)",
    "U25": "no --chown is added to a file that has its USER",
}


@needs(COUNTEREXAMPLES)
@pytest.mark.parametrize(
    "case",
    [c for c in cases() if RULES[c["transform"]] and c["expect"] == "rewrite" and c["ok"]],
    ids=lambda c: c["id"],
)
def test_rewritten_as_it_should_be(case: dict) -> None:
    if case["id"] in OTHER_WORDS:
        pytest.skip(OTHER_WORDS[case["id"]])
    result = ours(case, Safety.UNSAFE)
    got, expected = evaluate(result.tree), evaluate(parse(case["ok"]))
    for mine, right in zip(got, expected, strict=True):
        assert _plain(mine) == _plain(right), (case["why"], result.code)


def _plain(config) -> tuple:
    runs = [tuple(" ".join(part.split()) for part in run) for run in config.runs]
    return config.base, runs, config.copies, config.user, config.entrypoint, config.cmd, config.env
