"""A run over compose files: the proof, ignore comments, edits, questions to registries, and the command."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import hardener.engine.compose as engine
from hardener import Options, Safety, harden
from hardener.engine.questions import questions
from hardener.errors import YamlSyntaxError
from hardener.lookups.compose_folder import ComposeFolder
from hardener.project.compose.model import ComposeFile
from hardener.project.context import Files, Lookup
from hardener.rules.compose.base import ComposeRule, Proposal
from hardener.syntax.yaml.changes import Change
from hardener.text import apply_edits

TEXT = 'version: "3"\nservices:\n  web:\n    image: nginx:1.29\n  db: {image: "postgres:17"}\n'
SAFE = Options(level=Safety.SAFE)


def run(text: str, **options: object) -> engine.Result:
    return harden(text, filename="a/compose.yaml", options=Options(**options))  # type: ignore[arg-type]


class Sly(ComposeRule):
    """A rule that changes another key than it announces."""

    code, name, safety, keys = "HD999", "sly", Safety.SAFE, ("init",)

    @classmethod
    def plan(cls, model: ComposeFile, files: Files) -> Iterator[Proposal]:
        yield Proposal("sly", ("services", "web"), 0, (Change("put", ("services", "web", "image"), "evil"),))


class Restless(Sly):
    """A rule that never finds an end."""

    keys = ("image",)

    @classmethod
    def plan(cls, model: ComposeFile, files: Files) -> Iterator[Proposal]:
        image = model.services[0].image
        change = Change("put", ("services", "web", "image"), "b" if image == "a" else "a")
        yield Proposal("restless", ("services", "web", "image"), 0, (change,))


def test_what_is_not_announced_is_dropped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine, "compose_rules", lambda: (Sly,))
    result = run(TEXT)
    assert result.code == TEXT
    assert [fault.reasons for fault in result.faults] == [("it changed image unannounced [Z04]",)]


def test_rules_that_undo_each_other_change_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine, "compose_rules", lambda: (Restless,))
    result = run(TEXT)
    assert result.code == TEXT
    assert "[Z02]" in result.faults[-1].reasons[0]


def test_the_edits_of_a_finding_make_its_change_alone() -> None:
    result = run(TEXT, with_edits=True)
    for finding in result.applied:
        assert finding.edits
        alone = apply_edits(TEXT, finding.edits)
        again = run(alone, with_edits=True)
        said = {(f.rule, f.message) for f in again.findings if f.refusal is None}
        assert (finding.rule, finding.message) not in said
        assert len(said) == len(result.applied) - 1


def test_levels_and_skipped_lines() -> None:
    assert harden(TEXT, filename="compose.yml", options=SAFE).code == TEXT.split("\n", 1)[1]
    skip = frozenset({("log-limits", 3)})
    result = run(TEXT, select=frozenset({"log-limits"}), skip=skip)
    assert [(f.line, f.applied) for f in result.findings] == [(3, False), (5, True)]


@pytest.mark.parametrize(
    ("comment", "warning"),
    [
        ("log-limits", ""),
        ("HD503", ""),
        ("log-limit", "ignore[log-limit]: no such rule; did you mean log-limits?"),
        ("docker-socket", "ignore[docker-socket] is not needed: the rule finds nothing below"),
        ("merge-run", ""),
    ],
)
def test_ignore_comments(comment: str, warning: str) -> None:
    text = f"services:\n  # harden: ignore[{comment}] why\n  web:\n    image: nginx:1.29\n"
    result = run(text)
    assert ("logging" in result.code) == (comment not in ("log-limits", "HD503"))
    assert [said for _, said in result.warnings] == ([warning] if warning else [])


def test_an_ignore_comment_behind_a_key() -> None:
    text = "services:\n  web:\n    image: nginx  # harden: ignore[service-latest, pin-service-image]\n"
    assert not {"service-latest", "pin-service-image"} & {f.rule for f in run(text).findings}


def test_a_registry_is_asked_about_images_that_are_pulled() -> None:
    text = "services:\n  a: {image: nginx}\n  b: {image: app, build: .}\n"
    asked = questions(text, Options(), "compose.yaml")
    assert asked == {
        Lookup("version", "docker.io/library/nginx:latest"),
        Lookup("digest", "docker.io/library/nginx:latest"),
    }
    assert questions(text, SAFE, "compose.yaml") == set()


@pytest.mark.parametrize("text", ["a: [", "services: {a: 1, a: 2}", "services: {web: *none}"])
def test_what_cannot_be_read_is_an_error(text: str) -> None:
    with pytest.raises(YamlSyntaxError):
        run(text)


@pytest.mark.parametrize("text", ["", "# nothing\n", "- a\n- b\n", "services:\n", "services: {web: }\n", "--- 1\n"])
def test_what_has_no_services_stays(text: str) -> None:
    assert run(text).code == text
    assert run(text).findings == ()


def test_files_are_read_within_the_project_alone(tmp_path: Path) -> None:
    (tmp_path / "outside").write_text("FROM debian\n")
    inner = tmp_path / "repo" / "deploy"
    inner.mkdir(parents=True)
    (tmp_path / "repo" / ".git").mkdir()
    (tmp_path / "repo" / "Dockerfile").write_text("FROM alpine\n")
    (inner / "compose.yaml").write_text("services: {}\n")
    (inner / "link").symlink_to(tmp_path / "outside")
    answers = ComposeFolder(inner)
    assert answers(Lookup("beside", "../Dockerfile")) == "FROM alpine\n"
    for name in ("../../outside", "link", "nothing", "/etc/hostname", "."):
        assert answers(Lookup("beside", name)) is None
    assert answers(Lookup("siblings", "")) == (("compose.yaml", "services: {}\n"),)


def command(*arguments: str, cwd: Path, stdin: str | None = None) -> subprocess.CompletedProcess[str]:
    line = [sys.executable, "-m", "hardener", "--offline", "--isolated", *arguments]
    return subprocess.run(line, cwd=cwd, input=stdin, capture_output=True, text=True, check=False)


def test_the_command_writes_compose_files_with_the_dockerfiles(tmp_path: Path) -> None:
    (tmp_path / "compose.yaml").write_bytes(TEXT.replace("\n", "\r\n").encode())
    (tmp_path / "Dockerfile").write_text("FROM debian:trixie-slim\nRUN true\nRUN false\n")
    assert command("--check", ".", cwd=tmp_path).returncode == 1
    done = command("--write", ".", cwd=tmp_path)
    assert done.returncode in (0, 1), done.stderr
    data = (tmp_path / "compose.yaml").read_bytes()
    assert b"version" not in data
    assert data.count(b"no-new-privileges:true\r\n") == 1
    assert b"\n" not in data.replace(b"\r\n", b"")
    assert (tmp_path / "Dockerfile").read_text().count("RUN") == 1
    assert command("--check", "compose.yaml", cwd=tmp_path).returncode == 0


def test_standard_input_with_a_name(tmp_path: Path) -> None:
    done = command("--write", "--stdin-filename", "compose.yaml", "-", cwd=tmp_path, stdin=TEXT)
    assert "pids_limit: 4096" in done.stdout


@pytest.mark.parametrize(
    "output", ["json", "json-lines", "sarif", "github", "gitlab", "junit", "checkstyle", "markdown"]
)
def test_each_output_tells_of_compose_files(output: str, tmp_path: Path) -> None:
    (tmp_path / "compose.yaml").write_text(TEXT)
    done = command("--output-format", output, "compose.yaml", cwd=tmp_path)
    assert done.returncode in (0, 1), done.stderr
    assert "log-limits" in done.stdout or "HD503" in done.stdout


def test_sarif_has_fixes_that_make_the_change(tmp_path: Path) -> None:
    (tmp_path / "compose.yaml").write_text(TEXT)
    run = json.loads(command("--output-format", "sarif", "compose.yaml", cwd=tmp_path).stdout)["runs"][0]
    fixed = [result for result in run["results"] if "fixes" in result]
    assert {run["tool"]["driver"]["rules"][result["ruleIndex"]]["id"] for result in fixed} >= {"HD501", "HD503"}


def test_what_compose_takes_away_is_not_changed() -> None:
    text = "services:\n  api:\n    image: node:20\n    user: node\n    cap_drop: TAG []\n"
    result = run(text.replace("TAG", "!reset"), select=frozenset({"drop-capabilities"}))
    assert result.code == text.replace("TAG", "!reset")
    assert "takes away" in str([finding.refusal for finding in result.findings])
    other = run(text.replace("TAG", "!override"), select=frozenset({"drop-capabilities"}))
    assert other.code.endswith("cap_drop: !override [ALL]\n")
