"""What is remembered from run to run: by content, and never without a run of what is reported as working."""

from __future__ import annotations

import json
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from hardener.engine.result import Options
from hardener.registry.cache import Cache
from hardener.registry.model import Clock
from hardener.rules.base import Safety
from hardener.verify.container.build import Build
from hardener.verify.judge import session as module
from hardener.verify.judge.memory import LIFETIME, Memory, Remembered, digest_of, memory_of
from hardener.verify.judge.original import Original
from hardener.verify.judge.session import Session
from hardener.verify.model import Behaviour, Plan
from hardener.verify.stack.model import Stack
from hardener.verify.stack.remembered import stack_memory

TEXT = "FROM debian:12\nRUN apt-get update && apt-get install -y curl\nADD a.txt /a\nCMD echo hi\n"
RULES = frozenset({"exec-form", "no-install-recommends", "clean-package-cache"})


class Inspected:
    """An engine that knows one image."""

    program, version, is_podman, run_id = "docker", "1", False, ""

    def __init__(self, layers: Sequence[str] = ("sha256:1",)) -> None:
        self.layers = layers

    def inspect(self, name: str, kind: str = "container") -> dict[str, Any]:
        labels = {"dev.harden.verify": name, **({"project": f"harden-{self.run_id}"} if self.run_id else {})}
        return {"Id": name, "RootFS": {"Layers": list(self.layers)}, "Config": {"Cmd": ["x"], "Labels": labels}}


@dataclass
class Builds:
    """Builds that come to an image at once."""

    folder: Path
    begun: list[str] = field(default_factory=list)
    built: list[str] = field(default_factory=list)

    def ahead(self, text: str, name: str) -> None:
        self.begun.append(text)

    def only(self, *texts: str) -> None:
        pass

    def build(self, text: str, name: str) -> Build:
        if text not in self.built:
            self.built.append(text)
        return Build(text, 0.0, self.folder)


def store(folder: Path, now: float = 1000.0) -> Cache:
    return Cache(folder / "memory", LIFETIME, Clock(time=lambda: now))


def today(folder: Path) -> Cache:
    return Cache(folder / "memory", LIFETIME, Clock())


def run(folder: Path, monkeypatch: pytest.MonkeyPatch, guilty: str, kept: Cache | None, **more: Any) -> Any:
    """Verify with an application that ends where its Dockerfile has a text in it; return verdict, session, runs."""
    ran: list[str] = []

    def observe(_: Any, image: str, *__: Any, **___: Any) -> Behaviour:
        ran.append(image)
        return Behaviour("ended", code=3 if guilty in image else 0, output="hi", errors="log")

    monkeypatch.setattr(module, "observe", observe)
    monkeypatch.setattr(module.Session, "_measure", lambda self, one, two: (one, two, tuple(self.notes)))
    monkeypatch.setattr(Original, "run", lambda self: (observe(None, self.image), ""))
    (folder / "context").mkdir(exist_ok=True)
    plan = Plan(folder / "context" / "Dockerfile", folder / "context")
    engine: Any = Inspected()
    builds: Any = Builds(folder)
    options = Options(Safety.UNSAFE, select=RULES)
    tried = Session(TEXT.encode(), options, plan, engine, builds, lambda _: None, store=kept, **more)
    return tried.run(), tried, ran


def test_a_second_run_asks_only_for_what_it_reports(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first, _, ran = run(tmp_path, monkeypatch, "CMD [", today(tmp_path))
    assert [entry.rule for entry in first.dropped] == ["exec-form"]
    again, tried, second = run(tmp_path, monkeypatch, "CMD [", today(tmp_path))
    assert (again.result.code, again.dropped) == (first.result.code, first.dropped)
    assert second == [TEXT, first.result.code], "the original, and what is kept"
    assert len(ran) > 3
    assert any("known from an earlier run; --no-cache asks again" in note for note in tried.notes)


def test_what_was_remembered_wrongly_is_found_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first, _, _ = run(tmp_path, monkeypatch, "nothing is guilty", today(tmp_path))
    assert first.dropped == ()
    for _ in range(2):
        again, _, _ = run(tmp_path, monkeypatch, "CMD [", today(tmp_path))
        assert [entry.rule for entry in again.dropped] == ["exec-form"]


def test_the_hardened_image_runs_once_where_all_of_it_works(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    verdict, tried, ran = run(tmp_path, monkeypatch, "nothing is guilty", None)
    assert ran == [TEXT, verdict.result.code]
    assert tried.builder.begun[:2] == [TEXT, verdict.result.code], "both builds begin before the first ends"


def test_nothing_is_remembered_that_depends_on_what_cannot_be_read(tmp_path: Path) -> None:
    (tmp_path / "a").write_text("a")
    plan, engine, kept = Plan(tmp_path / "Dockerfile", tmp_path), Inspected(), store(tmp_path.parent)

    def key(given: Plan = plan, image: str = "i", layers: Sequence[str] = ("1",), more: Sequence[object] = ()) -> str:
        found: Any = Inspected(layers)
        return memory_of(kept, found, image, given, given, more=more).key

    for change in ({"secrets": ("id=a",)}, {"build_options": ("--ssh",)}, {"run_options": ("-v=/a:/a",)},
                   {"probe_commands": ("./test",)}):  # fmt: skip
        assert key(replace(plan, **change)) == ""
    same = key()
    assert same == key(image="another build of it") != ""
    others = {key(layers=("2",)), key(replace(plan, env=("A=1",))), key(replace(plan, target="x")), key(more=("r",))}
    assert len(others | {same}) == 5
    (tmp_path / "a").write_text("b")
    assert key() not in others | {same}
    assert engine.inspect("x")


def test_a_digest_of_a_context(tmp_path: Path) -> None:
    file = tmp_path / "Dockerfile"
    (tmp_path / "a").write_text("a")
    (tmp_path / "link").symlink_to("a")
    found = [digest_of(tmp_path, file)]
    (tmp_path / ".dockerignore").write_text("*.log\nnode_modules\n")
    found.append(digest_of(tmp_path, file))
    (tmp_path / "x.log").write_text("x")
    (tmp_path / "node_modules" / "a").mkdir(parents=True)
    assert digest_of(tmp_path, file) == found[-1]
    (tmp_path / "a").chmod(0o755)
    found.append(digest_of(tmp_path, file))
    (tmp_path / "link").unlink()
    (tmp_path / "link").symlink_to("b")
    found.append(digest_of(tmp_path, file))
    assert len(set(found)) == 4
    assert "" not in found


@pytest.mark.parametrize("damage", [b"", b"{", b"[]", b'{"format": 1}', b"\xff", None])
def test_what_is_damaged_or_old_is_asked_again(tmp_path: Path, damage: bytes | None) -> None:
    kept = Memory(store(tmp_path), "key")
    kept.keep("text", ("fails",), ("log",), 1000.0)
    assert kept.recall("text") == Remembered(("fails",), ("log",))
    assert Memory(store(tmp_path), "other").recall("text") is None
    if damage is None:
        assert Memory(store(tmp_path, 1001 + LIFETIME), "key").recall("text") is None
        return
    (path,) = (tmp_path / "memory").iterdir()
    path.write_bytes(damage)
    assert kept.recall("text") is None
    kept.keep("text", (), ("log",), 1000.0)
    content = json.loads(path.read_bytes())
    path.write_text(json.dumps({**content, "value": {"failures": "no", "tail": [1]}}))
    assert kept.recall("text") is None


def test_runs_at_the_same_time_do_no_harm(tmp_path: Path) -> None:
    def one(number: int) -> Remembered | None:
        kept = Memory(store(tmp_path), "key")
        kept.keep("text", (f"fails {number}" * 500,), (), 1000.0)
        return kept.recall("text")

    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(one, range(80)))
    assert all(seen is not None and len(seen.failures[0]) >= 3500 for seen in found)
    assert len(list((tmp_path / "memory").iterdir())) == 1


class Running:
    """A project whose one service runs an image."""

    def __init__(self, folder: Path, run_id: str, layers: Sequence[str] = ("sha256:1",)) -> None:
        engine = Inspected(layers)
        self.engine: Any = engine
        engine.run_id = run_id
        self.folder = folder / run_id

    def containers(self) -> dict[str, Any]:
        return {"app": SimpleNamespace(name="c")}


def test_the_memory_of_a_compose_file_knows_what_its_services_see(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / ".dockerignore").write_text("*\n")
    store = Cache(tmp_path / "memory", LIFETIME, Clock())

    def key(run_id: str, *, layers: Sequence[str] = ("sha256:1",), secrets: bool = False, more: object = 1) -> str:
        project: Any = Running(tmp_path, run_id, layers)
        copy = project.folder / "mounts" / "0"
        data: dict[str, Any] = {"services": {"app": {"labels": {"x": run_id}, "volumes": [f"{copy}:/d"]}}}
        data |= {"secrets": {"a": {}}} if secrets else {}
        stack = Stack(data, {}, ((tmp_path / "data", copy),), (), (), ())
        return stack_memory(store, project, stack, (more,)).key

    first = key("one")
    assert first
    assert first == key("two"), "what differs from run to run does not count"
    assert len({first, key("one", layers=("sha256:2",)), key("one", more=2)}) == 3
    assert not key("one", secrets=True)
    assert not key("one", layers=()), "the engine says nothing of the image"
    (tmp_path / "data" / "a").write_text("new")
    assert key("one") != first, "no .dockerignore keeps a file out of a mount"
