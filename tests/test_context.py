"""The build context: its names, the language of .dockerignore, and the context that nobody named."""

from __future__ import annotations

from pathlib import Path

import pytest

from hardener import parse
from hardener.engine.batch import run_job
from hardener.engine.job import Job
from hardener.engine.result import Options
from hardener.lookups import build_context as contexts
from hardener.lookups.build_context import BuildContext
from hardener.lookups.guess_context import context_of
from hardener.project.context import Answers, Files, Lookup
from hardener.project.context_tree import ContextTree, go_match
from hardener.syntax.dockerignore.patterns import Dockerignore

IGNORING = [
    # patterns, path, is it kept out
    ("node_modules", "node_modules", True),
    ("node_modules", "node_modules/a/b.js", True),
    ("node_modules", "packages/x/node_modules/a.js", False),
    ("**/node_modules", "packages/x/node_modules/a.js", True),
    ("**/node_modules", "node_modules", True),
    ("/dist/", "dist/a", True),
    ("./dist", "dist/a", True),
    ("*.md", "README.md", True),
    ("*.md", "docs/README.md", False),
    ("**/*.md", "docs/deep/README.md", True),
    ("*/*.md", "docs/README.md", True),
    ("*.md\n!README.md", "README.md", False),
    ("!README.md\n*.md", "README.md", True),
    ("*\n!src\n!package.json", "src/a.js", False),
    ("*\n!src\n!package.json", "lib/a.js", True),
    ("*\n!src\n!package.json", "package.json", False),
    ("docs\n!docs/keep", "docs/keep/a", False),
    ("docs\n!docs/keep", "docs/other", True),
    ("# comment\n\n  spaced  \r\n", "spaced", True),
    (" # no comment", "# no comment", True),
    ("\ufeffdist", "dist", True),
    ("temp?", "temp1", True),
    ("temp?", "temp", False),
    ("a[0-9]", "a5", True),
    ("a[^0-9]", "a5", False),
    ("a\\*b", "a*b", True),
    ("a\\*b", "aXb", False),
    ("foo**", "foobar/baz", True),
    ("**.log", "a/b.log", True),
    ("a/**/z", "a/z", True),
    ("a/**/z", "a/b/c/z", True),
    ("! keep\nkeep", "keep", True),
    ("../x", "x", False),
    ("a/../b", "b", True),
    ("*\n!x/y\nx", "x/y", False),
    ("a/b\n!a", "a/b", True),
    ("a.c", "abc", False),
    (".", "a", False),
    ("**", "a/b", True),
]


@pytest.mark.parametrize(("text", "path", "out"), IGNORING)
def test_dockerignore(text: str, path: str, out: bool) -> None:
    assert Dockerignore.parse(text).ignores(path) is out


def test_a_malformed_pattern_means_that_nothing_is_known(tmp_path: Path) -> None:
    (tmp_path / ".dockerignore").write_text("a[\n")
    (tmp_path / "a.txt").write_text("")
    assert Dockerignore.parse("a[").broken
    assert Dockerignore.parse("!").broken
    assert BuildContext(tmp_path)(Lookup("tree", "")) is None
    assert BuildContext(tmp_path)(Lookup("file", "a.txt")) is None


def write(root: Path, *names: str) -> Path:
    for name in names:
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"text of {name}")
    return root


def test_the_tree_of_a_context(tmp_path: Path) -> None:
    write(
        tmp_path, "b/c.txt", "a.txt", "node_modules/x/y.js", ".git/HEAD", "dist/out.js", "docs/keep/a.md", "docs/b.md"
    )
    (tmp_path / "empty").mkdir()
    (tmp_path / "link").symlink_to(tmp_path.parent)
    (tmp_path / ".dockerignore").write_text("dist\ndocs\n!docs/keep\n")
    tree = BuildContext(tmp_path)(Lookup("tree", ""))
    assert isinstance(tree, ContextTree)
    assert tree.paths == (
        ".dockerignore", ".git/", "a.txt", "b/c.txt", "docs/keep/a.md", "empty/", "link", "node_modules/",
    )  # fmt: skip
    assert tree.complete
    assert tree.has("b")
    assert tree.has("./b/c.txt")
    assert tree.has("node_modules")
    assert tree.has("empty/")
    assert not tree.has("dist")
    assert not tree.has("c.txt")
    assert not tree.is_file("b")
    assert list(tree.below("b")) == ["b/c.txt"]
    assert tree.matching("*.txt") == ("a.txt",)
    assert tree.matching("*/*.txt") == ("b/c.txt",)
    assert tree.matching("[ab]*") == ("a.txt", "b")


def test_a_large_context_is_not_listed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path, *(f"f{number}" for number in range(12)))
    monkeypatch.setattr(contexts, "NAMES", 10)
    tree = BuildContext(tmp_path)(Lookup("tree", ""))
    assert isinstance(tree, ContextTree)
    assert not tree.complete
    files = Files({Lookup("tree", ""): tree})
    assert files.tree is None
    assert not files.has("f1")


def test_texts_and_what_is_kept_out(tmp_path: Path) -> None:
    write(tmp_path, "package.json", "secret/key", "big")
    (tmp_path / ".dockerignore").write_text("secret\n")
    (tmp_path / "outside").symlink_to("/etc/passwd")
    (tmp_path / "alias").symlink_to("secret/key")
    ask = BuildContext(tmp_path)
    assert ask(Lookup("text", "package.json")) == "text of package.json"
    # as BuildKit reads it: nothing is above the context
    for name in ("./sub/../package.json", "/package.json", "../package.json"):
        assert ask(Lookup("text", name)) == "text of package.json"
    for missing in ("secret/key", "secret", "outside", "alias", "nothing", "."):
        assert ask(Lookup("text", missing)) is None, missing
    assert ask(Lookup("ignored", "secret/new")) is True
    assert ask(Lookup("ignored", "node_modules")) is False


def test_the_ignore_file_beside_the_dockerfile_wins(tmp_path: Path) -> None:
    write(tmp_path, "a", "b", "docker/Dockerfile")
    (tmp_path / ".dockerignore").write_text("a\n")
    ask = BuildContext(tmp_path, tmp_path / "docker" / "Dockerfile")
    assert not ask.exists("a")
    (tmp_path / "docker" / "Dockerfile.dockerignore").write_text("b\n")
    ask = BuildContext(tmp_path, tmp_path / "docker" / "Dockerfile")
    assert ask.exists("a")
    assert not ask.exists("b")


GUESSES = [
    ("COPY a.txt /\n", True),
    ("COPY missing.txt /\n", False),
    ("COPY *.txt sub/ /x/\n", True),
    ("COPY *.md /x/\n", False),
    ("COPY sub/*.c /x/\n", True),
    ("COPY . .\n", True),
    ("COPY ../a.txt /\n", False),
    ('COPY ["a.txt", "/x"]\n', True),
    ("ADD https://example.org/x.tgz /\nADD git@example.org:a/b.git /b\n", True),
    ("COPY --from=0 /missing /\n", True),
    ("COPY <<EOF /x\nhello\nEOF\n", True),
    ("ARG WHAT=a.txt\nCOPY $WHAT /\n", False),
    ("ENV WHAT=a.txt\nCOPY $WHAT /\n", True),
    ("COPY kept-out /\n", False),
    ("RUN true\n", True),
]


@pytest.mark.parametrize(("body", "known"), GUESSES)
def test_the_context_that_nobody_named(tmp_path: Path, body: str, known: bool) -> None:
    write(tmp_path, "a.txt", "sub/b.c", "kept-out")
    (tmp_path / ".dockerignore").write_text("kept-out\n")
    found = context_of(tmp_path / "Dockerfile", parse(f"FROM debian AS base\nFROM base\n{body}"))
    assert (found is not None) is known


def test_a_compose_file_above_says_that_the_context_is_another(tmp_path: Path) -> None:
    write(tmp_path, "api/Dockerfile", "api/a.txt")
    tree = parse("FROM debian\nCOPY . .\n")
    assert context_of(tmp_path / "api" / "Dockerfile", tree) is not None
    (tmp_path / "compose.yaml").write_text("services: {api: {build: {context: ., dockerfile: api/Dockerfile}}}\n")
    found = context_of(tmp_path / "api" / "Dockerfile", tree)
    assert found is not None
    assert found.folder == tmp_path
    assert context_of(tmp_path / "api" / "Dockerfile", parse("FROM debian\nCOPY a.txt .\n")) is None


def test_two_contexts_are_none(tmp_path: Path) -> None:
    write(tmp_path, "api/Dockerfile", "api/a.txt", ".git/HEAD")
    (tmp_path / "compose.yaml").write_text("services: {api: {build: {context: ., dockerfile: api/Dockerfile}}}\n")
    (tmp_path / "compose.dev.yaml").write_text("services: {api: {build: {context: ./api}}}\n")
    assert context_of(tmp_path / "api" / "Dockerfile", parse("FROM debian\nCOPY . .\n")) is None


def test_a_makefile_says_with_which_context(tmp_path: Path) -> None:
    write(tmp_path, "docker/Dockerfile", "src/a.txt", ".git/HEAD")
    tree = parse("FROM debian\nCOPY src /src\n")
    (tmp_path / "Makefile").write_text("image:\n\tdocker build -f docker/Dockerfile -t acme/app .\n")
    found = context_of(tmp_path / "docker" / "Dockerfile", tree)
    assert found is not None
    assert found.folder == tmp_path


def test_a_folder_that_a_file_names_is_shown_as_the_dockerfile_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(tmp_path, "docker/Dockerfile", "src/a.txt", ".git/HEAD")
    (tmp_path / "Makefile").write_text("image:\n\tdocker build -f docker/Dockerfile -t acme/app .\n")
    monkeypatch.chdir(tmp_path)
    found = context_of(Path("docker/Dockerfile"), parse("FROM debian\nCOPY src /src\n"))
    assert found is not None
    assert found.folder == Path()


def test_only_what_lies_on_disk_has_such_a_context(tmp_path: Path) -> None:
    path = tmp_path / "Dockerfile"
    text = "FROM debian:bookworm-slim\nCOPY start /usr/local/bin/start\nRUN chmod 755 /usr/local/bin/start\n"
    path.write_text(text)
    write(tmp_path, "start")
    select = Options(select=frozenset({"copy-chmod-chown"}))
    from_disk, from_stdin = run_job(Job(path, select)), run_job(Job(path, select, text.encode()))
    assert from_disk.result is not None
    assert from_disk.result.changed
    assert from_stdin.result is not None
    assert not from_stdin.result.changed


def test_a_plan_is_asked_again() -> None:
    def plan(files: Files) -> str | None:
        first = files.text("a")
        return files.text(first) if first else None

    facts: dict[Lookup, object] = {}
    world = {Lookup("tree", ""): ContextTree(("a", "b")), Lookup("text", "a"): "b", Lookup("text", "b"): "end"}
    rounds = []
    while True:
        files = Files(facts)
        plan(files)
        if not files.wanted:
            break
        rounds.append([lookup.key for lookup in files.wanted])
        facts.update({lookup: world[lookup] for lookup in files.wanted})
    assert rounds == [[""], ["a"], ["b"]]
    assert plan(Files(facts)) == "end"


def test_a_file_is_read_once_by_each_reader() -> None:
    calls = []

    def reader(text: str) -> str:
        calls.append(text)
        return text.upper()

    first = Answers({}, {Lookup("tree", ""): ContextTree(("a",))})
    assert Files(first).read("a", reader) is None, "its text is not known yet"
    second = Answers(first, {Lookup("text", "a"): "b"})
    third = Answers(second, {Lookup("text", "c"): "d"})
    assert [Files(answers).read("./a", reader) for answers in (second, second, third)] == ["B"] * 3
    assert calls == ["b"]


def test_go_match() -> None:
    assert go_match("package*.json")("package-lock.json")
    assert not go_match("*")("a/b")
    assert go_match("[a-c]")("b")
    assert go_match("[^a-c]")("d")
    assert not go_match("[a")("[a")


def test_a_file_of_variables_that_git_keeps_out_leaves_the_context_known(tmp_path: Path) -> None:
    path = tmp_path / "Dockerfile"
    (tmp_path / "app.py").write_text("")
    for copied, is_known in ((".env", True), ("./.env.production", True), ("conf/.env", False), ("missing.py", False)):
        text = f"FROM python:3.12-slim\nCOPY app.py .\nCOPY {copied} .\n"
        assert (context_of(path, parse(text)) is not None) is is_known, copied


@pytest.mark.parametrize(
    ("body", "is_known"),
    [
        ("COPY docker/start.sh /\nCOPY . /app\n", True),
        ("COPY ./docker/start.sh src /app/\n", True),
        ("COPY docker/start.sh missing /app/\n", False),
        ("COPY src /app\n", False),
    ],
)
def test_a_copy_from_the_own_folder_says_that_the_one_above_is_the_context(
    tmp_path: Path, body: str, is_known: bool
) -> None:
    write(tmp_path, "docker/Dockerfile", "docker/start.sh", "src/a.txt", ".git/HEAD")
    found = context_of(tmp_path / "docker" / "Dockerfile", parse(f"FROM debian\n{body}"))
    assert (found.folder if found is not None else None) == (tmp_path if is_known else None)


def test_what_builds_a_file_says_more_than_its_copies(tmp_path: Path) -> None:
    write(tmp_path, "docker/Dockerfile", "docker/start.sh", "src/a.txt", ".git/HEAD")
    (tmp_path / "Makefile").write_text(
        "a:\n\tdocker build -f docker/Dockerfile .\nb:\n\tdocker build -f docker/Dockerfile src\n"
    )
    assert context_of(tmp_path / "docker" / "Dockerfile", parse("FROM debian\nCOPY docker/start.sh /\n")) is None
