"""Changes of other files than the Dockerfile: one diff, one proof, all written or none, nothing outside is touched."""

from __future__ import annotations

import json
import os
import stat
import subprocess
from pathlib import Path

import pytest

from hardener import Options, harden
from hardener.engine import files
from hardener.engine.files import Part, write_together
from hardener.engine.other_files import change_faults
from hardener.errors import InputError
from hardener.image.model import Model
from hardener.lookups.build_context import BuildContext
from hardener.project.context import Lookup
from hardener.project.context_tree import ContextTree
from hardener.project.file_change import FileChange, Writable, merged, taken
from hardener.rules.dockerignore.rule import Dockerignore
from hardener.rules.use_copy import UseCopy
from hardener.syntax.dockerfile.parser import parse
from tests.test_cli import HARDEN

NODE = (
    'FROM node:22-bookworm-slim\nWORKDIR /app\nCOPY . .\nRUN npm ci\nUSER node\nCMD ["node", "server.js"]\n'  # as found
)
PACKAGE = '{"name": "app", "dependencies": {"express": "4.18.2"}}\n'
LOCK = (
    '{"name": "app", "lockfileVersion": 3, "packages": {"": {"name": "app", "dependencies": {"express": "4.18.2"}}}}\n'
)
RULES = ("--offline", "--isolated", "--select", "dockerignore,copy-manifests-first")


def run(*arguments: str, cwd: Path, stdin: str | None = None) -> subprocess.CompletedProcess[str]:
    command = [*HARDEN, *arguments]
    return subprocess.run(command, cwd=cwd, input=stdin, capture_output=True, text=True, check=False)


@pytest.fixture
def app(tmp_path: Path) -> Path:
    folder = tmp_path / "app"
    (folder / ".git").mkdir(parents=True)
    (folder / "node_modules").mkdir()
    (folder / "node_modules" / "x.js").write_text("x")
    for name, text in (("Dockerfile", NODE), ("package.json", PACKAGE), ("package-lock.json", LOCK), ("server.js", "")):
        (folder / name).write_text(text)
    return folder


def test_the_diff_holds_all_files_and_frees_another_rule(app: Path) -> None:
    done = run("Dockerfile", *RULES, cwd=app)
    assert done.returncode == 1
    assert "--- /dev/null\n+++ b/.dockerignore\n@@ -0,0 +1,4 @@\n+.git\n+node_modules\n" in done.stdout
    assert "+COPY package.json package-lock.json ./" in done.stdout
    assert not (app / ".dockerignore").exists()


def test_git_applies_the_diff(app: Path) -> None:
    diff = run("Dockerfile", "--quiet", *RULES, cwd=app).stdout
    (app / ".git").rmdir()
    subprocess.run(["git", "init", "-q"], cwd=app, check=True)
    subprocess.run(["git", "apply", "-"], cwd=app, input=diff.encode(), check=True)
    assert (app / ".dockerignore").read_text().startswith(".git\nnode_modules\n")


def test_write_makes_both_and_a_second_run_nothing(app: Path) -> None:
    done = run("Dockerfile", "--write", *RULES, cwd=app)
    assert done.returncode == 0, done.stderr
    assert (app / ".dockerignore").read_text() == ".git\nnode_modules\nDockerfile\n.dockerignore\n"
    again = run("Dockerfile", "--check", *RULES, cwd=app)
    assert (again.returncode, again.stdout) == (0, "")


def test_check_counts_the_other_file_alone(app: Path) -> None:
    done = run("Dockerfile", "--check", "--quiet", "--offline", "--isolated", "--select", "dockerignore", cwd=app)
    assert (done.returncode, done.stdout) == (1, "would change .dockerignore\n")


def test_standard_input_prints_the_dockerfile_alone_and_says_the_rest(app: Path) -> None:
    arguments = ("-", "--stdin-filename", "Dockerfile", "--write", *RULES)
    done = run(*arguments, cwd=app, stdin=NODE)
    # without .dockerignore, what is copied after the installation would overwrite it
    assert done.stdout == NODE
    assert "D14" in done.stderr
    assert not (app / ".dockerignore").exists()


@pytest.mark.parametrize("form", ["json", "sarif", "checkstyle", "gitlab", "github", "junit", "concise", "markdown"])
def test_each_output_names_the_file(app: Path, form: str) -> None:
    done = run("Dockerfile", "--output-format", form, *RULES, cwd=app)
    assert ".dockerignore" in done.stdout
    if form == "json":
        data = json.loads(done.stdout)["files"][0]
        (change,) = data["changes"]
        assert (change["path"], change["created"], change["written"]) == (".dockerignore", True, False)
        assert change["diff"] in data["diff"]
        assert [f["file"] for f in data["findings"] if f["rule"] == "dockerignore"] == [".dockerignore"]
    if form == "sarif":
        results = json.loads(done.stdout)["runs"][0]["results"]
        (found,) = [r for r in results if r["ruleId"] == "HD407"]
        assert found["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] == ".dockerignore"
    if form == "concise":
        assert "\n.dockerignore:1:1: HD407" in "\n" + done.stdout


def test_several_dockerfiles_change_the_file_once(app: Path) -> None:
    (app / "web.Dockerfile").write_text(NODE)
    done = run(".", "--write", "--output-format", "json", *RULES, cwd=app)
    assert done.returncode == 0, done.stderr
    changes = [change["path"] for file in json.loads(done.stdout)["files"] for change in file["changes"]]
    assert changes == [".dockerignore"]
    lines = (app / ".dockerignore").read_text().splitlines()
    assert sorted(lines) == sorted({*lines})
    assert {"node_modules", "Dockerfile", "web.Dockerfile"} <= set(lines)


def test_what_another_dockerfile_of_the_context_needs_stays(app: Path) -> None:
    (app / "tools").mkdir()
    (app / "tools" / "Dockerfile").write_text("FROM alpine:3.22\nCOPY node_modules /x\n")
    run("Dockerfile", "--write", *RULES, cwd=app)
    assert "node_modules" not in (app / ".dockerignore").read_text().splitlines()


def test_the_file_beside_the_dockerfile_is_the_one_in_force(app: Path) -> None:
    (app / "Dockerfile.dockerignore").write_text("*.md\n")
    (app / "Dockerfile.dockerignore").chmod(0o640)
    run("Dockerfile", "--write", *RULES, cwd=app)
    assert (app / "Dockerfile.dockerignore").read_text().startswith("*.md\n.git\nnode_modules\n")
    assert stat.S_IMODE((app / "Dockerfile.dockerignore").stat().st_mode) == 0o640
    assert not (app / ".dockerignore").exists()


def test_a_link_is_not_touched(app: Path) -> None:
    (app / ".dockerignore").symlink_to(app / "ignored")
    (app / "ignored").write_text("*.md\n")
    done = run("Dockerfile", "--write", *RULES, cwd=app)
    assert "D14" in done.stdout
    assert (app / "ignored").read_text() == "*.md\n"
    assert (app / ".dockerignore").is_symlink()


def test_a_context_outside_of_the_repository_is_not_touched(app: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    (other / ".git").mkdir(parents=True)
    (other / "Dockerfile").write_text(NODE)
    done = run("other/Dockerfile", "--context", "app", "--write", *RULES, cwd=tmp_path)
    assert "D14" in done.stdout
    assert not (app / ".dockerignore").exists()


def test_configuration_and_comments_leave_it_alone(app: Path) -> None:
    assert harden(NODE, options=options(app)).changes
    marked = NODE.replace("COPY . .", "# harden: ignore[dockerignore]\nCOPY . .")
    assert not harden(marked, options=options(app)).changes
    assert not harden(NODE, options=options(app, ignore=frozenset({"HD407"}))).changes
    assert not harden(NODE, options=options(app, other_files=False)).changes


def options(app: Path, *, ignore: frozenset[str] = frozenset(), other_files: bool = True) -> Options:
    select = frozenset({"dockerignore", "copy-manifests-first"})
    return Options(select=select, ignore=ignore, resolve=BuildContext(app), other_files=other_files)


def test_all_files_are_written_or_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first, second, third = (tmp_path / name for name in "abc")
    first.write_bytes(b"1")
    second.write_bytes(b"2")
    first.chmod(0o755)
    before, calls = first.stat().st_ino, list[str]()
    real = os.replace

    def failing(source: str, target: Path) -> None:
        calls.append(str(target))
        if len(calls) == 2:  # the new one is linked to its place
            raise OSError(28, "No space left on device")
        real(source, target)

    monkeypatch.setattr(files.os, "replace", failing)
    parts = [Part(first, b"x", b"1"), Part(third, b"z", None, follows=False), Part(second, b"y", b"2")]
    with pytest.raises(InputError, match="b: cannot be written: No space left"):
        write_together(parts)
    assert (first.read_bytes(), second.read_bytes(), third.exists()) == (b"1", b"2", False)
    assert first.stat().st_ino == before
    assert sorted(p.name for p in tmp_path.iterdir()) == ["a", "b"]
    monkeypatch.undo()
    write_together(parts)
    assert (first.read_bytes(), second.read_bytes(), third.read_bytes()) == (b"x", b"y", b"z")
    assert stat.S_IMODE(first.stat().st_mode) == 0o755


def test_a_file_that_came_meanwhile_stops_all(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"1")
    (tmp_path / "b").write_bytes(b"theirs")
    with pytest.raises(InputError, match="changed while harden worked on it"):
        write_together([Part(tmp_path / "a", b"x", b"1"), Part(tmp_path / "b", b"y", None, follows=False)])
    assert (tmp_path / "a").read_bytes() == b"1"
    (tmp_path / "c").symlink_to("b")
    with pytest.raises(InputError, match="is a link"):
        write_together([Part(tmp_path / "a", b"x", b"1"), Part(tmp_path / "c", b"y", b"theirs", follows=False)])
    assert (tmp_path / "a").read_bytes() == b"1"


def change(before: str | None, after: str) -> FileChange:
    return FileChange("f", "f", before, after)


def test_changes_of_one_file_are_merged_or_refused() -> None:
    both = merged(change("a\n", "a\nb\nc\n"), change("a\n", "a\nc\nd\n"))
    assert both is not None
    assert both.after == "a\nb\nc\nd\n"
    assert merged(change(None, "x\n"), change(None, "x\n")) == change(None, "x\n")
    assert merged(change("a\n", "b\n"), change("a\n", "c\n")) is None
    assert merged(change("a\n", "a\nb\n"), change(None, "c\n")) is None
    known = taken(taken((), [change("a\n", "a\nb\n")]), [change("a\nb\n", "a\nb\nc\n")])
    assert known == (change("a\n", "a\nb\nc\n"),)


def test_the_proof_of_a_change(app: Path) -> None:
    context, model = BuildContext(app), Model(parse(NODE + "COPY server.js /x\n"))
    place = str(app / ".dockerignore")

    def faults(after: str, before: str | None = None, rule: type = Dockerignore, where: str = place) -> str:
        return " ".join(change_faults(rule, model, context, (FileChange(".dockerignore", where, before, after),)))

    assert faults("node_modules\n") == ""
    assert "[Z04]" in faults("node_modules\n", rule=UseCopy)
    assert "[Z04]" in faults("node_modules\n", before="x\n")
    assert "[Z04]" in faults("node_modules\n", where="/etc/passwd")
    assert "server.js" in faults("server.js\n")
    assert "BuildKit would refuse" in faults("a[\n")


def test_the_context_as_a_change_leaves_it(app: Path) -> None:
    context = BuildContext(app).having({".dockerignore": "node_modules\n"})
    tree = context(Lookup("tree", ""))
    assert isinstance(tree, ContextTree)
    assert "node_modules/" not in tree.paths
    assert ".dockerignore" in tree.paths
    there = context(Lookup("writable", ""))
    assert isinstance(there, Writable)
    assert there.text == "node_modules\n"
    assert BuildContext(app)(Lookup("writable", "../x")) is None
    (app / "far").symlink_to("/etc")
    assert BuildContext(app)(Lookup("writable", "far/passwd")) is None


def test_a_script_keeps_its_mode_and_frees_the_init(tmp_path: Path) -> None:
    (tmp_path / "Dockerfile").write_text('FROM python:3.12-slim-bookworm\nWORKDIR /app\nCOPY . .\nCMD ["./run.sh"]\n')
    script = tmp_path / "run.sh"
    script.write_text("#!/bin/sh\nset -e\npython main.py\n")
    script.chmod(0o755)
    rules = ("--offline", "--isolated", "--select", "exec-script,add-init")
    done = run("Dockerfile", "--write", *rules, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert script.read_text() == "#!/bin/sh\nset -e\nexec python main.py\n"
    assert stat.S_IMODE(script.stat().st_mode) == 0o755
    assert "tini" in (tmp_path / "Dockerfile").read_text()
    assert run("Dockerfile", "--check", *rules, cwd=tmp_path).returncode == 0
