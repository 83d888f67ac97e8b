"""A whole run: a Dockerfile over a build context, with invented answers of registries.

The first line of an input is a number that the context and the answers are drawn from; the rest is the Dockerfile.
"""

from __future__ import annotations

import json
import random
import tempfile
from functools import cache
from pathlib import Path

from fuzz.invariants import run
from fuzz.target import ROOT, FoundError, Target, UnusableError
from fuzz.targets.rules import WORDS
from hardener import Options, Result, Safety, harden
from hardener.fast.records import replace
from hardener.lookups.build_context import BuildContext
from hardener.lookups.build_files import builds_of
from hardener.rules.base import Lookup
from tests.answers import answer_of

CASES = ROOT / "tests" / "rules"
_KEPT: list[tempfile.TemporaryDirectory[str]] = []
NUMBERS = 64


@cache
def seeds() -> tuple[str, ...]:
    """Return the Dockerfiles of our own cases that have a context or answers, each with a number."""
    files = [f for f in sorted(CASES.glob("*/*.Dockerfile")) if f.with_suffix(".context").is_dir()]
    texts = [file.read_bytes().decode("utf-8", "surrogateescape") for file in files]
    return tuple(f"{at % NUMBERS}\n{text}" for at, text in enumerate(texts))


@cache
def _pool() -> dict[str, list[bytes]]:
    """Return the contents that files of each path have in the contexts of our own cases."""
    found: dict[str, list[bytes]] = {}
    for folder in sorted(CASES.glob("*/*.context")):
        for file in sorted(f for f in folder.rglob("*") if f.is_file() and not f.is_symlink()):
            found.setdefault(str(file.relative_to(folder)), []).append(file.read_bytes())
    return found


@cache
def context(number: int) -> Path:
    """Return a folder with files drawn by a number: what lies in many contexts is there more often."""
    draw = random.Random(number)
    holder = tempfile.TemporaryDirectory(prefix="fuzz-context-")
    _KEPT.append(holder)
    folder = Path(holder.name)
    for path, contents in _pool().items():
        if draw.random() < min(0.6, len(contents) / 20):
            try:
                (folder / path).parent.mkdir(parents=True, exist_ok=True)
                (folder / path).write_bytes(_damaged(draw.choice(contents), draw))
            except OSError:
                continue  # a file lies where a folder would
    return folder


def _damaged(data: bytes, draw: random.Random) -> bytes:
    """Return some contents cut, doubled or with other bytes in them."""
    at = draw.randrange(len(data) + 1)
    return draw.choice([data] * 9 + [data[:at], data[at:] + data, data[:at] + b'"}\xff' + data[at:]])


@cache
def _said() -> dict[str, list[object]]:
    """Return what registries say in our own cases, by kind of question."""
    found: dict[str, list[object]] = {}
    for path in sorted(CASES.glob("*/answers.json")):
        for question, answer in json.loads(path.read_text(encoding="utf-8")).items():
            kind = question.split(" ", 1)[0]
            found.setdefault(kind, []).append(answer_of(question, answer))
    return found


def answered(result: Result, draw: random.Random) -> dict[Lookup, object]:
    """Return invented answers to what the rules asked."""
    answers: dict[Lookup, object] = {}
    for lookup in sorted(result.unanswered, key=lambda one: (one.kind, one.key)):
        known = _said().get(lookup.kind)
        if known and draw.random() < 0.8:
            answers[lookup] = draw.choice(known)
    return answers


def check(text: str) -> frozenset[str]:
    """Run harden over a file with its context, as often as it has new questions."""
    head, _, source = text.partition("\n")
    if not head.isdigit() or len(head) > 4 or not source:
        raise UnusableError
    draw = random.Random(int(head))
    resolve = BuildContext(context(int(head) % NUMBERS))
    folder = resolve.folder
    options = Options(
        level=Safety.UNSAFE if draw.random() < 0.7 else Safety.HARDENING, resolve=resolve,
        find_builds=lambda: builds_of(folder), other_files=True,
    )  # fmt: skip
    result = run(source, options)
    for _ in range(3):
        new = answered(result, draw)
        if not new:
            break
        options = replace(options, answers={**options.answers, **new})
        result = run(source, options)
    _settles(result, options, resolve)
    return frozenset(f"{f.rule} {f.refusal.spec if f.refusal else f.applied}" for f in result.findings)


def _settles(result: Result, options: Options, resolve: BuildContext) -> None:
    """Check that a second run, over the context as the first leaves it, changes nothing (Z02)."""
    changed = resolve.having({change.path: change.after for change in result.changes})
    again = harden(result.code, options=replace(options, resolve=changed))
    for lookup in again.unanswered:  # what the first did not ask is not answered: nobody can know what it changes
        if lookup not in result.unanswered:
            return
    if again.code != result.code or again.changes:
        rules = sorted({step.rule for step in again.steps})
        raise FoundError(f"Z02: a second run changes a file: {', '.join(rules)}", again.code)


TARGET = Target("whole", check, seeds, tuple(WORDS))
