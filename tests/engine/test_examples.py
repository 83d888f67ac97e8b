"""Every example builds before and after, answers alike, and stops; the hardened one stops at once where it should."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from pathlib import Path

import pytest

from hardener.verify.container.build import Build, Builder
from hardener.verify.container.engine import Engine, find
from hardener.verify.judge.observe import Expected, observe
from hardener.verify.model import Behaviour
from tests.examples import EXAMPLES, Example

pytestmark = [pytest.mark.engine, pytest.mark.slow]

#: npm as PID 1 keeps SIGTERM, and exec-form says so (E15)
SLOW_TO_STOP = frozenset({"node-express"})
#: whether their programs need root is not known, so add-user is unsafe for them
MAY_BE_ROOT = frozenset({"c-make", "cpp-cmake", "php", "rust", "static-site"})


@pytest.fixture(scope="module")
def engine(engine_version: str) -> Iterator[Engine]:
    """An engine that removes what it made when the module is done."""
    made = find("docker", secrets.token_hex(6))
    yield made
    assert made.clean() == ()


def build(engine: Engine, example: Example, path: Path, logs: Path) -> Build:
    builder = Builder(engine, example.plan, logs / path.name)
    made = builder.build(path.read_text(encoding="utf-8"), "build")
    assert made.image, "\n".join(made.tail)
    return made


def serve(engine: Engine, example: Example, image: str) -> Behaviour:
    seen = observe(engine, image, example.plan, Expected(example.plan.wait), brief=True)
    for ask, answer in zip(example.asks, seen.answers, strict=True):
        assert (answer.status, answer.error) == (ask.status, ""), (answer, seen.errors)
        assert ask.body in answer.body
    return seen


def size(engine: Engine, image: str) -> int:
    return int(engine.inspect(image, "image")["Size"])


#: a sibling of each is built in every run
SIBLINGS = frozenset({"c-make", "java", "php", "python-libpq", "python-pip", "ruby"})


@pytest.mark.parametrize(
    "example",
    [pytest.param(e, marks=[pytest.mark.thorough] if e.name in SIBLINGS else [], id=e.name) for e in EXAMPLES],
)
def test_before_and_after(example: Example, engine: Engine, tmp_path: Path) -> None:
    before = build(engine, example, example.found, tmp_path)
    after = build(engine, example, example.hardened, tmp_path)
    was = serve(engine, example, before.image)
    now = serve(engine, example, after.image)
    assert [(a.status, a.body) for a in now.answers] == [(a.status, a.body) for a in was.answers]
    assert size(engine, after.image) < size(engine, before.image)
    assert now.stop is not None
    if example.name not in SLOW_TO_STOP:
        assert not now.stop.killed
        assert now.stop.seconds < 5  # an engine kills after ten
    user = engine.inspect(after.image, "image")["Config"].get("User", "")
    assert user not in ("", "root", "0") or example.name in MAY_BE_ROOT


def test_the_article_is_beaten(engine: Engine, tmp_path: Path) -> None:
    """Fewer bytes than the file that the article's author wrote by hand, and both serve."""
    example = next(example for example in EXAMPLES if example.name == "article")
    by_hand = build(engine, example, example.folder / "Dockerfile.article", tmp_path)
    ours = build(engine, example, example.hardened, tmp_path)
    serve(engine, example, by_hand.image)
    assert size(engine, ours.image) < size(engine, by_hand.image)
