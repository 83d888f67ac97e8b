"""How far a proof reaches, in words, and `--require`, by kind of application."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from hardener.engine.result import Options
from hardener.errors import VerifyError
from hardener.verify.container.build import Build
from hardener.verify.judge.session import Session
from hardener.verify.judge.verdict import Trial
from hardener.verify.model import Answer, Behaviour, Plan
from hardener.verify.report.table import reach_lines

ROUTES = ("/a", "/b")
HTTP = Behaviour("up", answers=(Answer("http://localhost:80/a", 200), Answer("http://localhost:80/b", 404)))
GREETS = Behaviour("up", answers=(Answer("tcp://localhost:70", 0, "hi"),))
ENDS, STAYS = Behaviour("ended"), Behaviour("up")


def checked(folder: Path, seen: Behaviour, require: int, routes: tuple[str, ...] = ()) -> Session:
    plan = Plan(folder / "Dockerfile", folder, probes=tuple(answer.probe for answer in seen.answers))
    nothing: Any = None
    session = Session(b"", Options(), plan, nothing, nothing, lambda _: None, routes=routes, require=require)
    session.original = Trial("", Build("i", 0.0, folder), seen)
    session._check_reach()
    return session


@pytest.mark.parametrize(
    ("seen", "routes", "require", "said"),
    [
        (HTTP, ROUTES, 50, ""), (HTTP, ROUTES, 51, "reaches 50 % of the known routes, less than --require 51"),
        (GREETS, (), 0, ""), (GREETS, (), 1, "reaches no route, since none is known"),
        (ENDS, (), 0, ""), (ENDS, (), 50, "reaches no route, since none is known"),
        (STAYS, (), 0, ""), (STAYS, (), 50, "reaches no route, since none is known"),
        (STAYS, ROUTES, 0, ""), (STAYS, ROUTES, 1, "reaches 0 % of the known routes, less than --require 1"),
    ],
)  # fmt: skip
def test_what_has_to_be_reached(
    tmp_path: Path, seen: Behaviour, routes: tuple[str, ...], require: int, said: str
) -> None:
    if not said:
        assert (checked(tmp_path, seen, require, routes).reach is None) == (not routes)
        return
    with pytest.raises(VerifyError, match=said):
        checked(tmp_path, seen, require, routes)


@pytest.mark.parametrize(
    ("evidence", "state", "said"),
    [
        (["tcp://localhost:70"], "up", "that it takes connections and greets alike"),
        (["exit code and output"], "ended", "exit code and output of one run"),
        (["--help", "exit code and output"], "ended", "what comes of `--help`, exit code and output of one run"),
        (["./test"], "up", "what comes of `./test`"),
        (["stays up for 3 s"], "up", "that it stays up and listens where it did"),
    ],
)
def test_the_sentence_without_a_route(evidence: list[str], state: str, said: str) -> None:
    report = {"reach": None, "evidence": evidence, "before": {"state": state}, "proved": []}
    assert reach_lines(report)[0] == f"reach: no route is known; all that is proved: {said}"
