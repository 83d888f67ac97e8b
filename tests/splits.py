"""What split-stages is tried on: a file with the texts of its build context, a build of Go, the case of a stage."""

from __future__ import annotations

from collections.abc import Mapping

from hardener import Options, Safety, harden
from hardener.rules.split_stages.model import Case
from hardener.rules.split_stages.project import Project
from hardener.rules.split_stages.read_runs import steps
from tests.parts import known, last

GO = {"main.go": "package main\n", "go.mod": "module x\n\ngo 1.22\n", "data/a.txt": "a", "etc/x": "a"}


def runtime(text: str, texts: Mapping[str, str | bytes]) -> str:
    """Return the runtime stage that a file gets, or the id of the reason why it gets none."""
    files = known(texts=texts)
    chosen = Options(
        level=Safety.UNSAFE,
        select=frozenset({"split-stages"}),
        resolve=files.facts.get,
        find_builds=lambda: files.builds,
    )
    result = harden(text, options=chosen)
    assert not result.faults
    held = [finding.refusal.spec for finding in result.findings if finding.refusal is not None]
    return "FROM " + result.code.rpartition("\nFROM ")[2] if result.changed else " ".join(held)


def go(
    *lines: str,
    workdir: str = "/src",
    copy: str = "COPY . .",
    build: str = "go build -o /server .",
    cmd: str = "/server",
    texts: Mapping[str, str | bytes] = GO,
) -> str:
    """Return what becomes of lines above a build of Go."""
    body = (f"WORKDIR {workdir}", copy, *lines, f"RUN {build}", f'CMD ["{cmd}"]')
    return runtime("\n".join(("FROM golang:1.22", *body, "")), texts)


def case_of(*lines: str, base: str = "debian:12", texts: Mapping[str, str | bytes] | None = None) -> Case:
    """Return what a decision about a stage is made from."""
    model, stage = last(*lines, base=base)
    assert stage.image is not None
    assert stage.reference is not None
    files = Project(known(texts=texts))
    return Case(model, stage, stage.image, stage.reference, files, steps(model, stage), ())
