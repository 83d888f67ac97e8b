"""Applications that break under one pass: that pass, and only that, is dropped."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from hardener import Options, Safety
from hardener.engine.result import Result
from hardener.verify.container.build import Builder
from hardener.verify.container.lifetime import lifetime
from hardener.verify.judge.session import Session
from hardener.verify.judge.verdict import Dropped
from hardener.verify.model import Plan

URL = "http://localhost:8000/"
APPS = Path(__file__).parent / "apps"
pytestmark = [pytest.mark.engine, pytest.mark.slow, pytest.mark.usefixtures("clean_engine")]


#: The passes that a search has to choose from; more would only cost time.
RULES = frozenset({"exec-form", "add-init", "add-user", "merge-run", "clean-package-cache", "no-install-recommends"})


@dataclass(frozen=True)
class Case:
    app: str
    guilty: str
    failure: str
    plan: dict[str, object]
    rules: frozenset[str] = RULES
    kept: frozenset[str] = frozenset({"add-init", "add-user"})


def decide(
    app: str, folder: Path, rules: frozenset[str] = RULES, **given: object
) -> tuple[Result, tuple[Dropped, ...], list[str]]:
    path = APPS / app / "Dockerfile"
    plan = replace(Plan(path, path.parent, probes=(URL,), times=False, grace=1), **given)  # type: ignore[arg-type]
    # the rules do not get to see the sources, or they would hold back themselves
    options = Options(Safety.UNSAFE, select=rules)
    said: list[str] = []
    with lifetime("docker", folder, said.append) as (engine, logs):
        session = Session(path.read_bytes(), options, plan, engine, Builder(engine, plan, logs), said.append)
        result, dropped = session.decide()
        if result.changed:
            assert not session.trials[result.code].failures, "what is left was built and run"
    return result, dropped, said


CASES = [
    Case("writes-beside-code", "add-user", "Remote end closed", {}),
    Case("root-entrypoint", "add-user", "it ends with exit code 1 where the original stays up", {}),
    Case("secret-file", "add-user", "it ends with exit code 1 where the original stays up", {}),
    Case("build-tool", "no-install-recommends", "Remote end closed", {},
         frozenset({"merge-run", "no-install-recommends", "exec-form"}), frozenset({"merge-run", "exec-form"})),
    Case("signals-itself", "add-init", "it ends with exit code 143 where the original stays up", {}),
    Case("forks-children", "add-init", "the answer differs: 'the job is lost'", {}),
    # below a shell form CMD add-init holds back by itself
    Case("shell-variable", "exec-form", "it ends with exit code 1 where the original stays up", {},
         kept=frozenset({"add-user"})),
    Case("low-port", "add-user", "it ends with exit code 1 where the original stays up",
         {"probes": ("http://localhost:809/",), "env": ("LISTEN=809",), "run_options": ("--network=host",)}),
]  # fmt: skip


#: two of add-user, one of each other rule; the others take minutes
_FIRST = ("root-entrypoint", "low-port", "signals-itself", "shell-variable")


@pytest.mark.parametrize(
    "case",
    [pytest.param(case, marks=[] if case.app in _FIRST else [pytest.mark.thorough], id=case.app) for case in CASES],
)
def test_the_guilty_pass_and_only_that_is_dropped(case: Case, tmp_path: Path) -> None:
    result, dropped, said = decide(case.app, tmp_path, case.rules, **case.plan)
    assert [(entry.rule, entry.whole) for entry in dropped] == [(case.guilty, True)], said
    assert any(case.failure in failure for failure in dropped[0].failures), dropped[0].failures
    kept = {step.rule for step in result.steps}
    assert case.guilty not in kept
    assert kept >= case.kept - {case.guilty}


def test_only_the_guilty_place_of_a_pass_is_dropped(tmp_path: Path) -> None:
    result, dropped, said = decide("package-lists", tmp_path, frozenset({"clean-package-cache"}))
    assert [(entry.rule, entry.lines, entry.whole) for entry in dropped] == [("clean-package-cache", (3,), False)], said
    assert result.code.count("rm -rf /var/lib/apt/lists/*") == 1
    assert {step.rule for step in result.steps} == {"clean-package-cache"}


def test_an_application_that_ignores_its_stop_signal_keeps_every_pass(tmp_path: Path) -> None:
    """It was killed before and is killed after: no pass made that worse."""
    result, dropped, said = decide("ignores-sigterm", tmp_path)
    assert dropped == (), said
    assert {"add-init", "add-user"} <= {step.rule for step in result.steps}
