"""What is tried of a compose file, in which order and on which data; with a project that only pretends."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from hardener.engine.result import Options
from hardener.errors import VerifyError
from hardener.project.compose.model import read_compose
from hardener.registry.cache import Cache
from hardener.registry.model import Clock
from hardener.rules.base import Safety
from hardener.verify.judge.memory import LIFETIME, Memory
from hardener.verify.model import Answer, Behaviour
from hardener.verify.report.compose import compose_report, html, markdown, text
from hardener.verify.stack import session as module
from hardener.verify.stack.confined import confined
from hardener.verify.stack.model import Bounds, Stack
from hardener.verify.stack.session import StackSession
from hardener.verify.stack.watch import Look, Question

TEXT = """\
services:
  app:
    image: nginx:1.27
    ports: ['80']
    environment: [LOST]
  db:
    image: redis:7
"""


@dataclass
class Pretended:
    """A project whose services do what the test says of their settings."""

    folder: Path
    broken: dict[str, str] = field(default_factory=dict)
    said: list[str] = field(default_factory=list)
    #: a service that needs new privileges
    setuid: str = ""
    current: Stack | None = None
    engine: Any = None

    def check(self) -> None:
        self.said.append("check")

    def build(self, stack: Stack) -> None:
        raise AssertionError("nothing is built")

    def up(self, stack: Stack) -> str:
        self.current = stack
        settings = [key for key in ("security_opt", "pids_limit") if key in stack.data["services"]["app"]]
        self.said.append("up " + ",".join(settings))
        return ""

    def restart(self, stack: Stack, grace: int) -> None:
        self.said.append("restart")

    def remove_containers(self, grace: int) -> None:
        self.said.append("stop")

    def forget(self) -> None:
        self.said.append("forget")

    def remove(self, grace: int) -> None:
        self.said.append("remove")

    def containers(self) -> dict[str, Any]:
        return {}


def pretend(monkeypatch: pytest.MonkeyPatch, project: Pretended, code: int = 0) -> None:
    def look(_: Any, stack: Stack, asked: Sequence[Question], *__: Any, **___: Any) -> Look:
        seen = {}
        for name in stack.services:
            service = stack.data["services"][name]
            is_refused = name == project.setuid and "security_opt" in service
            if project.broken.get(name) in service or is_refused or code:
                seen[name] = Behaviour("ended", code=code or 3, errors="<b>no</b>\nlast words")
            else:
                answers = tuple(Answer(one.shown, 200, "hi") for one in asked if one.service == name)
                seen[name] = Behaviour("up", answers=answers)
        return Look(seen, 1.0)

    monkeypatch.setattr(module, "look", look)
    monkeypatch.setattr(module, "questions", lambda *_: (Question("app", "http://localhost:80/"),))


def session(folder: Path, project: Pretended, **more: Any) -> StackSession:
    def read(body: str) -> Stack:
        found = confined(read_compose(body).values[0], Bounds(folder, folder, folder, "l=x"), {})
        for service in found.data["services"].values():
            if service["pids_limit"] == 4096 and "pids_limit" not in body:
                del service["pids_limit"]
        return found

    options = Options(select=frozenset({"no-new-privileges", "pids-limit"}))
    given: Any = project
    return StackSession(
        TEXT.encode(), folder / "compose.yaml", options, given, read, {}, 1, 1, lambda _: None, None, **more
    )


def test_all_rules_work(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    project = Pretended(tmp_path)
    pretend(monkeypatch, project)
    tried = session(tmp_path, project)
    verdict = tried.run()
    assert (verdict.dropped, verdict.trials, verdict.tried) == ((), 1, ("no-new-privileges", "pids-limit"))
    assert project.said == [
        "check",
        "up security_opt",
        "restart",
        "stop",
        "up security_opt,pids_limit",
        "restart",
        "forget",
        "remove",
    ]
    assert verdict.evidence == ("http://app:80/", "app, db up, before and after a restart")
    assert verdict.notes == ("started without a value of variable LOST",)


def test_a_second_run_starts_only_what_works(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    memory = Memory(Cache(tmp_path / "memory", LIFETIME, Clock()), "key")
    monkeypatch.setattr(module, "stack_memory", lambda *_: memory)
    runs = []
    for _ in range(2):
        project = Pretended(tmp_path, {"app": "security_opt"})
        pretend(monkeypatch, project)
        runs.append((project, session(tmp_path, project).run()))
    (first, found), (second, again) = runs
    assert again.dropped == found.dropped
    assert again.result.code == found.result.code
    assert sum(line.startswith("up") for line in first.said) > sum(line.startswith("up") for line in second.said)
    assert sum(line.startswith("up") for line in second.said) == 3, "the original, twice, and what works"
    assert again.after.seen, "what is reported as working was started"
    assert "are known from an earlier run" in again.notes[-1]

    project = Pretended(tmp_path, {"app": "pids_limit", "db": "pids_limit"})
    pretend(monkeypatch, project)
    monkeypatch.setattr(module, "without_new_privileges", lambda stack: stack)
    changed = session(tmp_path, project).run()
    assert [entry.rule for entry in changed.dropped] == ["pids-limit"], "what does not hold is asked again"


def test_services_that_need_new_privileges_get_them(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    project = Pretended(tmp_path, setuid="app")
    pretend(monkeypatch, project)
    verdict = session(tmp_path, project).run()
    assert project.said[:4] == ["check", "up security_opt", "remove", "up "]
    assert [(entry.rule, entry.lines) for entry in verdict.dropped] == [("no-new-privileges", (2,))]
    assert verdict.notes[0].startswith("services ran without no-new-privileges: the original needs new privileges")


def test_the_guilty_place_alone_is_dropped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    project = Pretended(tmp_path, {"app": "security_opt"})
    pretend(monkeypatch, project)
    verdict = session(tmp_path, project).run()
    assert [(entry.rule, entry.lines, entry.whole) for entry in verdict.dropped] == [("no-new-privileges", (2,), False)]
    assert verdict.dropped[0].failures == ("`app`: it ends with exit code 3 where the original stays up",)
    assert verdict.dropped[0].tail == ("<b>no</b>", "last words")
    assert verdict.result.code.count("no-new-privileges") == 1
    assert verdict.result.code.count("pids_limit") == 2
    again = ["remove", "up ", "stop"]
    at = project.said.index("up security_opt,pids_limit") + 1
    assert project.said[at : at + 3] == again, "what failed may have changed the data"


def test_a_service_that_does_not_work_as_it_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    project = Pretended(tmp_path)
    pretend(monkeypatch, project, code=7)
    with pytest.raises(VerifyError) as caught:
        session(tmp_path, project).run()
    assert str(caught.value).split("\n    ") == [
        "the services do not work: `app` ends with exit code 7: there is nothing to compare with", "<b>no</b>",
        "last words", "without a value: variable LOST; give variables with --env",
    ]  # fmt: skip
    assert project.said[-1] == "remove"


@pytest.mark.parametrize(
    ("try_held_back", "level"), [(None, Safety.UNSAFE), (True, Safety.UNSAFE), (False, Safety.HARDENING)]
)
def test_what_is_held_back_is_tried_where_a_question_is_answered(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, try_held_back: bool | None, level: Safety
) -> None:
    project = Pretended(tmp_path)
    pretend(monkeypatch, project)
    tried = session(tmp_path, project, try_held_back=try_held_back)
    tried.run()
    assert tried.options.level is level


def test_the_report_escapes_what_services_say(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    project = Pretended(tmp_path, {"app": "security_opt"})
    pretend(monkeypatch, project)
    report = compose_report(
        session(tmp_path, project).run(), Path("compose.yaml"), engine="docker 1", logs="l", seconds=1.0
    )
    assert "<b>no</b>" not in html(report)
    assert "&lt;b&gt;no&lt;/b&gt;" in html(report)
    assert "without no-new-privileges in places; 2 rules are kept" in text(report)
    assert "| http://app:80/ | 200, 2 bytes | 200, 2 bytes |" in markdown(report)
