"""Every case under tests/definitions/<rule>/: a bake file or one of a dev container, and what its rule makes of it.

A case is called `<ID>-<what>.<name of the file>`. `pytest tests/test_definitions.py --snapshot-update` writes new
diffs; read them.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from hardener import Options, Result, Safety, harden
from hardener.engine.batch import run_job
from hardener.engine.discovery import find, names_definition
from hardener.engine.job import Job
from hardener.engine.questions import questions
from hardener.project.definitions import read_definitions
from hardener.rules import definition_rules
from tests.answers import answers
from tests.test_rules import rendered

FOLDER = Path(__file__).parent / "definitions"
CASES = sorted(path for path in FOLDER.glob("*/*") if path.suffix in (".hcl", ".json") and path.stem != "answers")
NAMES = [f"{case.parent.name}/{case.name}" for case in CASES]
PIN = Options(select=frozenset({"pin-definition-image"}), answers=answers(FOLDER / "pin-definition-image"))


def run(case: Path, text: str, level: Safety) -> Result:
    """Run the rule of a case and check what holds for all of them."""
    name = case.name.partition(".")[2]
    chosen = Options(
        level=level, select=frozenset({case.parent.name}), answers=answers(case.parent), with_edits=True
    )  # fmt: skip
    result = harden(text, filename=name, options=chosen)
    assert result.faults == (), "the proof rejected a change"
    assert harden(result.code, filename=name, options=chosen).code == result.code, "a second run changes it (Z02)"
    return result


@pytest.mark.parametrize("case", CASES, ids=NAMES)
def test_case(case: Path, snapshot) -> None:
    text = case.read_bytes().decode()
    parts = {level: rendered(run(case, text, level)).replace("\r\n", "\n") for level in Safety}
    shown, before = "", None
    for level, part in parts.items():
        shown += f"## {level.value}\n" + ("the same\n" if part == before else part)
        before = part
    snapshot.snapshot_dir = case.parent
    snapshot.assert_match(shown, f"{case.name}.diff")


@pytest.mark.parametrize("case", CASES, ids=NAMES)
def test_case_with_other_newlines(case: Path) -> None:
    unix = case.read_bytes().decode().replace("\r\n", "\n")
    result = run(case, unix, Safety.UNSAFE)
    assert run(case, unix.replace("\n", "\r\n"), Safety.UNSAFE).code == result.code.replace("\n", "\r\n")
    assert run(case, "\ufeff" + unix, Safety.UNSAFE).code == "\ufeff" + result.code


@pytest.mark.parametrize("rule", definition_rules(), ids=lambda rule: rule.name)
def test_each_rule_has_its_cases(rule) -> None:
    cases = [case for case in CASES if case.parent.name == rule.name]
    assert len(cases) >= 5
    assert any("held back" in case.with_name(f"{case.name}.diff").read_text() for case in cases)


@pytest.mark.parametrize(
    ("name", "is_one"),
    [
        ("docker-bake.hcl", True), ("a/docker-bake.override.json", True), ("docker-bake.prod.hcl", True),
        (".devcontainer/devcontainer.json", True), (".devcontainer.json", True), ("bake.hcl", False),
        ("devcontainer-lock.json", False), ("docker-bake.yaml", False), ("main.hcl", False), ("package.json", False),
    ],
)  # fmt: skip
def test_names(name: str, is_one: bool) -> None:
    assert names_definition(name) is is_one


def test_they_are_found_in_folders(tmp_path: Path) -> None:
    (tmp_path / ".devcontainer").mkdir()
    files = [tmp_path / ".devcontainer" / "devcontainer.json", tmp_path / "docker-bake.hcl"]
    for file in files:
        file.write_text("{}")
    assert list(find(tmp_path, compose=True)) == files
    assert list(find(tmp_path)) == []


def test_the_questions_are_known_before(tmp_path: Path) -> None:
    text = '{"image": "nginx:1.29"}'
    asked = questions(text, Options(), "devcontainer.json")
    assert [lookup.key for lookup in asked] == ["docker.io/library/nginx:1.29"]
    assert questions('{"image": ', Options(), "devcontainer.json") == frozenset()


@pytest.mark.parametrize(
    "text",
    ["", "{}", "[]", '{"image": 3}', '{"image": ["a"]}', '{"image": "a\\u0062"}', '{"image": {"image": "nginx:1.29"}}',
     "{", '{"image": "nginx:1.29"', "\x00", "// only a comment"],
)  # fmt: skip
def test_what_is_no_image_stays(text: str) -> None:
    for name in ("devcontainer.json", "docker-bake.json"):
        assert harden(text, filename=name, options=PIN).code == text


@pytest.mark.parametrize(
    "text",
    [
        'x = "contexts = { a = \\"docker-image://nginx:1.29\\" }"',
        'target "a" {\n  my-contexts = { a = "docker-image://nginx:1.29" }\n}',
        'target "a" {\n  contexts = { a = upper("docker-image://nginx:1.29") }\n}',
        'target "a" {\n  contexts = { a = "${b ? "docker-image://nginx:1.29" : "c"}" }\n}',
        'target "a" {\n  contexts = { a = "docker-image://nginx:1.29',
        "/* contexts = { a = \"docker-image://nginx:1.29\" }",
    ],
)  # fmt: skip
def test_hcl_that_is_no_plain_context_stays(text: str) -> None:
    assert harden(text, filename="docker-bake.hcl", options=PIN).code == text


def test_only_the_string_changes() -> None:
    for case in [case for case in CASES if "broken" not in case.name]:
        result = run(case, case.read_bytes().decode(), Safety.UNSAFE)
        before = read_definitions(result.source, case.name)
        after = read_definitions(result.code, case.name)
        assert len(before.places) == len(after.places)
        if case.name.endswith("bake.json"):
            assert json.loads(result.code).keys() == json.loads(result.source).keys()


def test_what_cannot_be_read_is_said() -> None:
    text = (FOLDER / "pin-definition-image" / "P31-broken.devcontainer.json").read_text()
    result = harden(text, filename="devcontainer.json", options=PIN)
    assert [note for _, note in result.warnings] == ["cannot read this JSON: harden changes nothing"]


FEATURE = "ghcr.io/devcontainers/features/node:1"
RESOLVED = f"{FEATURE[:-2]}@sha256:{'a' * 64}"


@pytest.mark.parametrize(
    ("lock", "is_told"),
    [
        (json.dumps({"features": {FEATURE: {"resolved": RESOLVED}}}), False),
        (json.dumps({"features": {FEATURE: {"version": "1.6.2"}}}), True),
        (json.dumps({"features": {FEATURE[:-2]: {"resolved": RESOLVED}}}), True),
        (json.dumps({"features": [FEATURE]}), True),
        ("[" * 10_000, True),
        ("", True),
    ],
    ids=["locked", "no digest", "another tag", "a list", "no JSON", "empty"],
)  # fmt: skip
@pytest.mark.parametrize("name", ["devcontainer.json", ".devcontainer.json"])
def test_a_lock_file_fixes_a_feature(tmp_path: Path, name: str, lock: str, is_told: bool) -> None:
    file = tmp_path / name
    file.write_text(json.dumps({"features": {FEATURE: {}}}))
    file.with_name(name.replace("container.json", "container-lock.json")).write_text(lock)
    outcome = run_job(Job(file, Options(select=frozenset({"floating-feature"}))))
    assert outcome.result is not None
    assert bool(outcome.result.held_back) is is_told
