"""Builds side by side: with an engine's command that only pretends, but is a program."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from hardener.verify.container.build import Builder
from hardener.verify.container.engine import Engine, EngineError
from hardener.verify.model import Plan

#: it says when a build begins and how it ends; the text says how long it takes and what comes of it
PROGRAM = """#!/bin/sh
for word in "$@"; do
    [ "$before" = --iidfile ] && iid=$word
    [ "$before" = -f ] && file=$word
    before=$word
done
trap 'echo "stopped $name" >>{log}; exit 130' INT
name=$(head -n 1 "$file")
echo "begin $name" >>{log}
sleep "$(sed -n 2p "$file")" & wait $!
sed -n 3p "$file"
echo "end $name" >>{log}
if grep -q fails "$file"; then exit 1; fi
echo "sha256:$name" >"$iid"
"""


@pytest.fixture
def builder(tmp_path: Path) -> Iterator[Builder]:
    program = tmp_path / "docker"
    program.write_text(PROGRAM.format(log=tmp_path / "log"))
    program.chmod(0o755)
    (tmp_path / "log").touch()
    (tmp_path / "logs").mkdir()
    made = Builder(Engine(str(program), "x"), Plan(tmp_path / "Dockerfile", tmp_path), tmp_path / "logs")
    yield made
    made.close()


def log(builder: Builder) -> list[str]:
    return (builder.folder.parent / "log").read_text().splitlines()


def until(builder: Builder, line: str) -> None:
    deadline = time.monotonic() + 20
    while line not in log(builder):
        assert time.monotonic() < deadline, log(builder)
        time.sleep(0.02)


def test_two_texts_are_built_side_by_side_and_once(builder: Builder) -> None:
    for name in ("one", "two", "three"):
        builder.ahead(f"{name}\n1\n", name)
    until(builder, "begin one")
    until(builder, "begin two")
    assert not {"end one", "end two", "begin three"} & set(log(builder)), "two at most"
    assert [builder.build(f"{name}\n1\n", name).image for name in ("three", "one", "one")] == [
        "sha256:three", "sha256:one", "sha256:one"
    ]  # fmt: skip
    assert len([line for line in log(builder) if line.startswith("begin")]) == 3


def test_what_nobody_waits_for_is_stopped(builder: Builder) -> None:
    builder.ahead("long\n60\n", "long")
    builder.ahead("longer\n60\n", "longer")
    builder.ahead("waits\n60\n", "waits")
    until(builder, "begin long")
    until(builder, "begin longer")
    builder.only("longer\n60\n")
    until(builder, "stopped long")
    builder.close()
    until(builder, "stopped longer")
    assert not {"end long", "end longer"} & set(log(builder))
    assert "begin waits" not in log(builder)


def test_what_goes_wrong_is_said_where_it_is_asked_for(builder: Builder) -> None:
    builder.ahead("gone\n0\ndocker: error during connect: fails\n", "gone")
    builder.ahead("bad\n0\n#5 fails\n", "bad")
    assert builder.build("bad\n0\n#5 fails\n", "bad").tail == ("#5 fails",)
    for _ in range(2):
        with pytest.raises(EngineError):
            builder.build("gone\n0\ndocker: error during connect: fails\n", "gone")
    assert len([line for line in log(builder) if line == "begin gone"]) == 2


def test_a_failure_of_the_network_is_tried_twice_ahead_too(builder: Builder) -> None:
    builder.ahead("flaky\n0\n#5 Could not resolve host: fails\n", "flaky")
    assert not builder.build("flaky\n0\n#5 Could not resolve host: fails\n", "flaky").image
    assert [path.name for path in sorted(builder.folder.iterdir())] == ["01-flaky", "02-flaky-again"]
