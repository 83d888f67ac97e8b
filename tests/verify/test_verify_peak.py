"""The most memory that a container held, from control groups of both versions, here or inside of it."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import pytest

from hardener.verify.container import kernel
from hardener.verify.container.peak import memory_peak

V1 = "9:pids:/docker/abc\n4:memory:/docker/abc\n0::/\n"
V2 = "0::/system.slice/docker-abc.scope\n"


class Inside:
    """A container in which `cat` finds one file or none."""

    def __init__(self, peak: str | None = None) -> None:
        self.files = {"/sys/fs/cgroup/memory.peak": peak}
        self.asked: list[str] = []

    def execute(self, *arguments: str) -> SimpleNamespace:
        self.asked.append(arguments[1])
        text = self.files.get(arguments[1])
        return SimpleNamespace(code=1 if text is None else 0, out=text or "")


def here(monkeypatch: pytest.MonkeyPatch, text: str | None) -> None:
    monkeypatch.setattr(kernel, "is_here", lambda main: text is not None)
    monkeypatch.setattr(kernel, "read_here", lambda pid, name: text if (pid, name) == (7, "cgroup") else None)


def group(root: Path, name: str, text: str) -> Path:
    (root / name).parent.mkdir(parents=True)
    (root / name).write_text(text)
    return root


@pytest.mark.parametrize(
    ("said", "name"),
    [
        (V1, "memory/docker/abc/memory.max_usage_in_bytes"),
        (V2, "system.slice/docker-abc.scope/memory.peak"),
    ],
)
def test_it_is_read_on_this_machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, said: str, name: str) -> None:
    here(monkeypatch, said)
    container = Inside()
    assert memory_peak(container, 7, group(tmp_path, name, "73400320\n")) == 73400320  # type: ignore[arg-type]
    assert container.asked == []


@pytest.mark.parametrize("said", ["0::/\n4:memory:/\n", "0::/../../other\n", "", "nonsense\n", None])
def test_the_whole_machine_is_no_container(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, said: str | None) -> None:
    here(monkeypatch, said)
    root = group(tmp_path / "g", "memory/memory.max_usage_in_bytes", "99999999\n")
    (root / "memory.peak").write_text("99999999\n")
    container = Inside()
    assert memory_peak(container, 7, root) is None  # type: ignore[arg-type]
    assert container.asked == ["/sys/fs/cgroup/memory.peak", "/sys/fs/cgroup/memory/memory.max_usage_in_bytes"]


@pytest.mark.parametrize(("said", "found"), [("5242880\n", 5242880), ("max\n", None), ("", None), ("9" * 30, None)])
def test_it_is_asked_inside(monkeypatch: pytest.MonkeyPatch, said: str, found: int | None) -> None:
    here(monkeypatch, None)
    assert memory_peak(Inside(said), 7) == found  # type: ignore[arg-type]
