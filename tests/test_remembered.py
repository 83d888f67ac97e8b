"""A run over unchanged files takes the result of the earlier one; over any others it never does."""

from __future__ import annotations

import io
import os
import random
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from hardener.cli import remembered, remembering, start
from hardener.engine import config_files
from hardener.fast import recording

_DOCKERFILE = """FROM node:20.11.1-bookworm
WORKDIR /app
COPY . .
RUN npm install
EXPOSE 3000
CMD npm start
"""
_FILES = {
    "Dockerfile": _DOCKERFILE,
    "package.json": '{"name": "a", "version": "1.0.0", "scripts": {"start": "node index.js"}}\n',
    "index.js": "require('http').createServer((q, r) => r.end()).listen(3000)\n",
    "compose.yaml": "services:\n  web:\n    build: .\n    ports: ['80:3000']\n",
    ".dockerignore": "node_modules\n.git\n",
    "web/Dockerfile": "FROM debian:12\nRUN apt-get update\nRUN apt-get install -y curl\nCMD curl x\n",
    "README.md": "Run it: docker run web sh\n",
    "pyproject.toml": "[project]\nname = 'a'\n",
}
#: a change of a file is seen by its times once they are this much older than the run, in seconds
_TICK = 0.03


@pytest.fixture
def tree(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    root = tmp_path / "tree"
    for name, text in _FILES.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text)
    (root / ".git").mkdir()
    monkeypatch.chdir(root)
    monkeypatch.setenv("HARDEN_CACHE_DIR", str(tmp_path / "cache"))
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.delenv("HARDEN_NO_CACHE", raising=False)
    _as_in_a_process_of_its_own(monkeypatch)
    time.sleep(_TICK)
    return root


def _as_in_a_process_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    """Hide modules that other tests of this process have loaded, and that a run without need of them does not have."""
    monkeypatch.delitem(sys.modules, remembering._BY_TIME, raising=False)
    for name, module in list(sys.modules.items()):
        file = getattr(module, "__file__", None)
        if file and not Path(file).exists():
            monkeypatch.delitem(sys.modules, name)


class Ran:
    """What a run printed, its exit code, and whether the rules ran."""

    def __init__(self, *arguments: str) -> None:
        streams, real = (sys.stdout, sys.stderr), start._run_plain
        out, err = (io.TextIOWrapper(io.BytesIO(), "utf-8", write_through=True) for _ in range(2))
        self.worked = False

        def plain(given: list[str]) -> int | None:
            self.worked = True
            config_files.forget()
            return real(given)

        sys.stdout, sys.stderr, start._run_plain = out, err, plain
        try:
            self.code = start._run(list(arguments))
        finally:
            sys.stdout, sys.stderr, start._run_plain = *streams, real
        self.told = out.buffer.getvalue(), err.buffer.getvalue(), self.code  # type: ignore[attr-defined]


def _twice(*arguments: str) -> bool:
    """Run twice, compare, and tell whether the second was taken from the first."""
    first, second = Ran(*arguments), Ran(*arguments)
    assert first.told == second.told
    assert first.worked
    return not second.worked


FORMATS = ("text", "json", "sarif", "github", "checkstyle")


@pytest.mark.parametrize("form", FORMATS)
def test_every_format_is_the_same_to_the_byte(tree: Path, form: str) -> None:
    assert _twice("--output-format", form, ".")


@pytest.mark.parametrize(
    "options", [("--check",), ("--diff", "-v", "--statistics"), ("-q",), ("--fail-level", "none"), ("--jobs", "2")]
)
def test_options_have_results_of_their_own(tree: Path, options: tuple[str, ...]) -> None:
    assert Ran(".").worked
    assert _twice(*options, ".")


def test_an_error_of_a_file_is_remembered_with_its_code(tree: Path) -> None:
    (tree / "web/Dockerfile").write_text("FROM\n")
    time.sleep(_TICK)
    assert _twice(".")
    assert Ran(".").code == 2


def _put(name: str, text: str) -> Callable[[Path], object]:
    return lambda root: (root / name).write_text(text)


CHANGES: dict[str, Callable[[Path], object]] = {
    "Dockerfile": _put("Dockerfile", _DOCKERFILE + "USER node\n"),
    "another file of the same size": _put("web/Dockerfile", _FILES["web/Dockerfile"].replace("curl x", "curl y")),
    "compose file": _put("compose.yaml", _FILES["compose.yaml"] + "    init: true\n"),
    "a second compose file": _put("compose.override.yaml", "services:\n  web:\n    user: '1'\n"),
    "package.json": _put("package.json", _FILES["package.json"].replace("1.0.0", "1.0.1")),
    "a new lock file": _put("package-lock.json", "{}"),
    ".dockerignore": _put(".dockerignore", "node_modules\n"),
    "its own .dockerignore": _put("Dockerfile.dockerignore", "x\n"),
    "a file in a listed folder": _put("web/new.js", ""),
    "a new Dockerfile": _put("Dockerfile.dev", "FROM debian:12\n"),
    "a configuration": _put("harden.toml", "level = 'safe'\n"),
    "a table of pyproject.toml": _put("pyproject.toml", "[tool.harden]\nlevel = 'safe'\n"),
    "a file that is gone": lambda root: (root / "index.js").unlink(),
    "a mode": lambda root: (root / "Dockerfile").chmod(0o755),
    "a .gitignore": _put(".gitignore", "web\n"),
    "the user's own configuration": lambda root: (
        (root.parent / "config/harden").mkdir(parents=True),
        (root.parent / "config/harden/config.toml").write_text("level = 'safe'\n"),
    ),
}


@pytest.mark.parametrize("change", CHANGES)
def test_what_was_read_and_is_another_is_no_hit(tree: Path, change: str, monkeypatch: pytest.MonkeyPatch) -> None:
    by_content = list(CHANGES).index(change) % 2
    monkeypatch.setattr(remembering, "_YOUNG_NS", by_content * remembering._YOUNG_NS)
    assert _twice(".")
    CHANGES[change](tree)
    time.sleep(_TICK)
    assert Ran(".").worked


def test_the_same_text_written_again_is_a_hit(tree: Path) -> None:
    assert _twice(".")
    for name, text in _FILES.items():
        (tree / name).write_text(text)
    assert not Ran(".").worked


def test_environment_version_and_folder_count(tree: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert _twice(".")
    for name, value in (("HARDEN_REGISTRY_ALLOW", "a.example"), ("NO_COLOR", "1"), ("HOME", str(tree))):
        with monkeypatch.context() as patch:
            patch.setenv(name, value)
            assert Ran(".").worked, name
    with monkeypatch.context() as patch:
        patch.setattr(remembered, "FORMAT", b"harden run 0")
        assert Ran(".").worked
    monkeypatch.chdir(tree / "web")
    assert Ran(".").worked


def test_a_run_that_writes_is_not_remembered_and_one_that_has_nothing_to_write_is(tree: Path) -> None:
    first = Ran("--write", ".")
    assert (tree / "web/Dockerfile").read_text() != _FILES["web/Dockerfile"]
    assert first.worked
    time.sleep(_TICK)
    assert Ran("--write", ".").worked  # nothing is left to write: this run is remembered
    assert not Ran("--write", ".").worked
    before = (tree / "web/Dockerfile").read_text()
    (tree / "web/Dockerfile").write_text(_FILES["web/Dockerfile"])
    assert Ran("--write", ".").worked
    assert (tree / "web/Dockerfile").read_text() == before


def test_what_writes_a_report_is_run_each_time(tree: Path) -> None:
    for _ in range(2):
        assert Ran("--output-file", "../report", ".").worked
        assert (tree.parent / "report").read_bytes()
        (tree.parent / "report").unlink()


def test_who_wants_no_cache_gets_none(tree: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert not _twice("--no-cache", ".")
    with monkeypatch.context() as patch:
        patch.setenv("HARDEN_NO_CACHE", "1")
        assert not _twice(".")
    (tree / "harden.toml").write_text("cache = false\n")
    time.sleep(_TICK)
    assert not _twice(".")
    assert not (tree.parent / "cache").exists()


def _entries(tree: Path) -> list[Path]:
    return sorted((tree.parent / "cache/runs").iterdir())


def test_entries_are_for_their_owner_alone(tree: Path) -> None:
    assert _twice(".")
    (entry,) = _entries(tree)
    assert entry.stat().st_mode & 0o777 == 0o600
    assert entry.parent.stat().st_mode & 0o777 == 0o700
    entry.chmod(0o644)
    assert Ran(".").worked
    entry.parent.chmod(0o755)
    assert Ran(".").worked


def test_a_link_is_neither_followed_nor_written_through(tree: Path) -> None:
    assert _twice(".")
    (entry,) = _entries(tree)
    entry.rename(tree.parent / "kept")
    entry.symlink_to(tree.parent / "kept")
    before = (tree.parent / "kept").read_bytes()
    assert Ran(".").worked
    assert (tree.parent / "kept").read_bytes() == before


def test_what_is_broken_is_worked_out_again(tree: Path) -> None:
    expected = Ran(".").told
    (entry,) = _entries(tree)
    whole = entry.read_bytes()
    chosen = random.Random(1)
    broken = [whole[:size] for size in (0, 1, 13, 80, len(whole) // 2, len(whole) - 1)]
    for _ in range(12):
        at = chosen.randrange(len(whole))
        broken.append(whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :])
    for data in broken:
        entry.write_bytes(data)
        again = Ran(".")
        assert again.worked
        assert again.told == expected
        assert not Ran(".").worked  # it is whole again


def test_a_folder_that_cannot_be_used_is_no_error(tree: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tree.parent / "file").write_text("")
    monkeypatch.setenv("HARDEN_CACHE_DIR", str(tree.parent / "file"))
    assert not _twice(".")


def test_parallel_runs(tree: Path) -> None:
    command = [sys.executable, "-m", "hardener", "."]
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(lambda _: subprocess.run(command, capture_output=True, check=False), range(6)))
    assert len({(one.stdout, one.stderr, one.returncode) for one in found}) == 1
    assert found[0].returncode == 1
    assert [entry.name[:1] for entry in _entries(tree)] != ["."]


def test_the_oldest_go_when_there_are_many(tree: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(remembering, "_ENTRIES", 2)
    for number in range(1, 5):
        Ran("--jobs", str(number), "web")
        time.sleep(0.01)
    assert len(_entries(tree)) == 2
    assert not Ran("--jobs", "4", "web").worked


def test_a_result_of_registries_ends_with_their_answers(tree: Path) -> None:
    def run(until: float) -> int:
        record = recording.recording()
        assert record is not None
        record.until = until
        return 0

    folder = str(tree.parent / "cache/runs")
    remembering.remembering(folder, "a" * 64, lambda: run(time.time() + 60))
    remembering.remembering(folder, "b" * 64, lambda: run(time.time() - 1))
    assert remembered.replayed(folder, "a" * 64) == 0
    assert remembered.replayed(folder, "b" * 64) is None


def _answer(env: dict[str, str], fetched: float) -> None:
    """Put the digest of debian:12 into the cache of registries, as of a time."""
    from hardener.registry.client import RegistryClient
    from hardener.registry.manifest import Answer
    from hardener.registry.model import Clock, RegistrySettings
    from hardener.syntax.image_reference import ImageReference

    reference = ImageReference.parse("debian:12")
    assert reference is not None
    found = Answer("sha256:" + "a" * 64, "application/vnd.oci.image.index.v1+json", ("linux/amd64",))
    client = RegistryClient(RegistrySettings(env=env), clock=Clock(time=lambda: fetched))
    client.ask(("manifest", reference, "12"), lambda *_: found.to_json(), Answer.from_json, client.deadline())


def test_an_online_run_is_remembered_for_as_long_as_its_answers_count(
    tree: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HARDEN_OFFLINE", "0")
    (tree / "web/Dockerfile").write_text("FROM debian:12\nRUN true\nCMD true\n")
    _answer(dict(os.environ), time.time() - 10)
    time.sleep(_TICK)
    assert _twice("web")
    assert b"@sha256:aaaa" in Ran("web").told[0]
    monkeypatch.setattr(time, "time", lambda real=time.time: real() + 3595)
    assert Ran("web").worked


def test_a_run_that_asked_a_host_or_started_a_program_is_not_kept(tree: Path) -> None:
    def resolves() -> int:
        record = recording.recording()
        assert record is not None
        record.watch_network()
        socket.getaddrinfo("127.0.0.1", 1)
        return 0

    def starts() -> int:
        subprocess.run(["true"], check=True)
        return 0

    folder = str(tree.parent / "cache/runs")
    for number, one in enumerate((resolves, starts)):
        remembering.remembering(folder, str(number) * 64, one)
        assert remembered.replayed(folder, str(number) * 64) is None


def test_what_changes_while_it_is_read_is_not_kept(tree: Path) -> None:
    def run() -> int:
        (tree / "Dockerfile").read_text()
        os.truncate(tree / "Dockerfile", 3)
        return 0

    def quiet() -> int:
        (tree / "Dockerfile").read_text()
        subprocess.run(["touch", str(tree / "Dockerfile")], check=True)
        return 0

    folder = str(tree.parent / "cache/runs")
    for number, one in enumerate((run, quiet)):
        remembering.remembering(folder, str(number) * 64, one)
        assert remembered.replayed(folder, str(number) * 64) is None


def test_what_is_asked_of_the_environment_is_part_of_the_key(tree: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: set[str] = set()

    class Watched(dict[str, str]):
        def __getitem__(self, name: str) -> str:
            asked.add(name)
            return super().__getitem__(name)

        def get(self, name: str, default: str | None = None) -> str | None:  # type: ignore[override]
            asked.add(name)
            return super().get(name, default)

        def __contains__(self, name: object) -> bool:
            asked.add(str(name))
            return super().__contains__(name)

    monkeypatch.setattr(os, "environ", Watched(os.environ))
    Ran(".")
    Ran("--output-format", "github", "--color", "auto", ".")
    harmless = {"_HARDEN_COMPLETE", "PYTEST_CURRENT_TEST"}
    assert asked
    assert [
        n for n in asked - harmless if n not in remembered.VARIABLES and not n.startswith(remembered._PREFIXES)
    ] == []


def test_clean_removes_only_what_is_ours(tree: Path) -> None:
    Ran(".")
    other = tree.parent / "cache/runs/notes.txt"
    other.write_text("mine")
    done = subprocess.run([sys.executable, "-m", "hardener", "clean"], capture_output=True, check=False, text=True)
    assert done.stdout.startswith("1 result removed from ")
    assert _entries(tree) == [other]
    assert Ran(".").worked


class Edits:
    """Random changes of a tree."""

    def __init__(self, root: Path, seed: int) -> None:
        self.root, self.chosen = root, random.Random(seed)
        self.names = [*_FILES, "web/package.json", "harden.toml", "compose.override.yaml", "web/.dockerignore"]
        self.names += [".gitignore", "package-lock.json", "src/app.js", "deploy/compose.yaml", "Dockerfile.dev"]

    def __call__(self) -> None:
        """Change one thing."""
        path = self.root / self.chosen.choice(self.names)
        how = self.chosen.randrange(6)
        path.parent.mkdir(exist_ok=True)
        if how == 0 and os.path.lexists(path):
            path.unlink()
        elif how == 1 and path.is_file():
            path.chmod(self.chosen.choice((0o644, 0o755)))
        elif how == 2:
            path.unlink(missing_ok=True)
            path.symlink_to(self.root / self.chosen.choice([*self.names, "web", "gone"]))
        elif not path.is_symlink() and not path.is_dir():
            path.write_text(self._text(path))

    def _text(self, path: Path) -> str:
        text = path.read_text() if path.is_file() else _FILES.get(path.name, "")
        lines = text.splitlines(keepends=True) or ["level = 'safe'\n", "node_modules\n", "{}\n", "services: {}\n"]
        at = self.chosen.randrange(len(lines))
        edited = (lines[:at] + lines[at + 1 :], [*lines, lines[at]], lines[at:], lines[:1])
        return "".join(self.chosen.choice(edited))


@pytest.mark.parametrize("seed", range(2))
def test_with_and_without_the_cache_are_the_same_whatever_is_edited(
    tree: Path, seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(remembering, "_YOUNG_NS", seed % 2 * remembering._YOUNG_NS)
    edit, hits = Edits(tree, seed), 0
    for _ in range(int(os.environ.get("HARDEN_EDITS", "12"))):
        edit()
        time.sleep(_TICK)
        first, second, plain = Ran("."), Ran("."), Ran("--no-cache", ".")
        assert first.told == second.told == plain.told
        hits += not second.worked
    assert hits > 5
