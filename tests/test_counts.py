"""Each question is answered once: what the rules of one run work out, counted on a real example."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest

from hardener import Options, Safety, harden
from hardener.image import files
from hardener.image.model import Model, StageModel
from hardener.lookups.build_context import BuildContext
from hardener.project.context_tree import ContextTree
from hardener.rules import all_rules
from hardener.rules.add_user.context_texts import ContextTexts
from hardener.rules.base import Files
from hardener.syntax.dockerfile.nodes import Add, Copy
from tests.corpus import ROOT

EXAMPLES = sorted(path.parent for path in (ROOT / "examples").glob("*/Dockerfile"))


def run(folder: Path) -> None:
    text = (folder / "Dockerfile").read_text()
    assert harden(text, options=Options(resolve=BuildContext(folder))).code


@pytest.mark.parametrize("name", ["article", "node-express", "typescript"])
def test_package_json_is_parsed_once_a_run(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    parsed: Counter[str] = Counter()
    real = json.loads

    def counted(text: str | bytes, **options: object) -> object:
        parsed[text if isinstance(text, str) else text.decode()] += 1
        return real(text, **options)

    monkeypatch.setattr(json, "loads", counted)
    run(ROOT / "examples" / name)
    manifest = (ROOT / "examples" / name / "package.json").read_text()
    assert parsed[manifest] == 1


@pytest.mark.parametrize("folder", EXAMPLES, ids=lambda p: p.name)
def test_a_plan_is_worked_out_once_for_a_tree_and_its_facts(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The last plan for the look-ups is the one of the rewrite; a node that stays is not planned again."""
    asked: Counter[tuple[str, int, int]] = Counter()
    kept = []  # so that no id is used twice
    for rule in all_rules():

        def counted(model: object, files: Files, real=rule.plan, name=rule.name) -> object:  # type: ignore[no-untyped-def]
            kept.append((model, files.facts))
            asked[name, id(model), id(files.facts)] += 1
            return real(model, files)

        monkeypatch.setattr(rule, "plan", counted)
    run(folder)
    assert asked
    assert set(asked.values()) == {1}


@pytest.mark.parametrize("folder", EXAMPLES, ids=lambda p: p.name)
def test_what_a_copy_brings_is_worked_out_once_for_a_model(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: Counter[tuple[int, ...]] = Counter()
    kept = []  # so that no id is used twice
    reads, resolves = files._written, files._resolved

    def read(model: Model, stage: StageModel, node: Copy | Add) -> files.Copied | None:
        kept.append((model, node))
        asked[id(model), id(node)] += 1
        return reads(model, stage, node)

    def resolved(found: files.Copied, tree: ContextTree) -> files.Copied:
        kept.append((found, tree))
        asked[id(found),] += 1
        return resolves(found, tree)

    monkeypatch.setattr(files, "_written", read)
    monkeypatch.setattr(files, "_resolved", resolved)
    run(folder)
    assert asked or "COPY" not in (folder / "Dockerfile").read_text()
    assert set(asked.values()) <= {1}


@pytest.mark.parametrize("folder", EXAMPLES, ids=lambda p: p.name)
def test_the_sources_are_read_once_for_a_plan(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What asks for a file's first bytes as a source or a setting asks once, however many questions they answer."""
    plans: list[ContextTexts] = []
    asked: Counter[tuple[int, frozenset[str]]] = Counter()
    made, real = ContextTexts.__init__, ContextTexts._texts

    def counted(self: ContextTexts, files: Files) -> None:
        plans.append(self)
        made(self, files)

    def read(self: ContextTexts, names: Iterable[str]) -> Iterator[str]:
        known = tuple(names)
        if known:
            asked[id(self), frozenset(known)] += 1
        return real(self, known)

    monkeypatch.setattr(ContextTexts, "__init__", counted)
    monkeypatch.setattr(ContextTexts, "_texts", read)
    text = (folder / "Dockerfile").read_text()
    harden(text, options=Options(level=Safety.UNSAFE, select=frozenset({"add-user"}), resolve=BuildContext(folder)))
    assert plans
    assert set(asked.values()) <= {1}
