"""static-base: what beside the program needs the old base, or would start on it as on no other."""

from __future__ import annotations

from pathlib import Path

import pytest

from hardener import Options, Result, Safety
from hardener.engine.batch import run_all
from hardener.engine.job import Job

_BUILD = "FROM golang:1.25 AS build\nWORKDIR /src\nCOPY . .\nRUN CGO_ENABLED=0 go build -o /server .\n"
_LAST = 'FROM alpine:3.22\nCOPY --from=build /server /server\nENTRYPOINT ["/server"]\n'
_COMPOSE = "services:\n  app:\n    build: .\n    image: me/app\n"
_POD = """apiVersion: v1
kind: Pod
metadata: {name: app}
spec:
  containers:
    - name: app
      image: me/app
      livenessProbe: {exec: {command: [/server, check]}}
      readinessProbe: {exec: {command: [PROGRAM, check]}}
"""


def moved(folder: Path, dockerfile: str, **files: str) -> Result:
    """Return what the rule makes of a project in Go."""
    (folder / ".git").mkdir()
    sources = {"go.mod": "module x\n\ngo 1.25\n", "main.go": "package main\n\nfunc main() {}\n"}
    for name, text in {**sources, **files, "Dockerfile": dockerfile}.items():
        (folder / name).write_text(text)
    options = Options(select=frozenset({"static-base"}), level=Safety.UNSAFE)
    (outcome,) = run_all([Job(folder / "Dockerfile", options)], 1)
    assert outcome.result is not None, outcome.error
    return outcome.result


def held(result: Result) -> list[str]:
    """Return the ids of what is held back, after making sure that nothing is changed."""
    assert not result.changed
    return [finding.refusal.spec for finding in result.findings if finding.refusal is not None]


@pytest.mark.parametrize(
    ("said", "spec"),
    [
        pytest.param("    healthcheck: {test: /server check}\n", "H08", id="a-text-is-read-by-a-shell"),
        pytest.param("    healthcheck: {test: [CMD-SHELL, /server check]}\n", "H08", id="cmd-shell"),
        pytest.param("    user: mail\n", "U28", id="an-account-of-the-old-base"),
        pytest.param("    user: nobody:nogroup\n", "U28", id="a-group-of-the-old-base"),
    ],
)
def test_what_compose_says_of_the_old_base(tmp_path: Path, said: str, spec: str) -> None:
    assert held(moved(tmp_path, _BUILD + _LAST, **{"compose.yaml": _COMPOSE + said})) == [spec]


def test_compose_may_check_with_the_program(tmp_path: Path) -> None:
    text = _COMPOSE + "    healthcheck: {test: [CMD, /server, check]}\n    user: nobody\n"
    assert "distroless" in moved(tmp_path, _BUILD + _LAST, **{"compose.yaml": text}).code


@pytest.mark.parametrize(("program", "moves"), [("/server", True), ("wget", False)])
def test_each_probe_counts(tmp_path: Path, program: str, moves: bool) -> None:
    files = {"compose.yaml": _COMPOSE, "pod.yaml": _POD.replace("PROGRAM", program)}
    assert moved(tmp_path, _BUILD + _LAST, **files).changed is moves


@pytest.mark.parametrize(("service", "moves"), [("db", True), ("app", False)])
def test_a_shell_that_people_open_in_the_container(tmp_path: Path, service: str, moves: bool) -> None:
    files = {
        "compose.yaml": f"{_COMPOSE}  db:\n    image: postgres\n",
        "Makefile": f"in:\n\tdocker compose exec {service} sh\n",
    }
    result = moved(tmp_path, _BUILD + _LAST, **files)
    assert result.changed if moves else held(result) == ["B22"]


@pytest.mark.parametrize(
    ("last", "spec"),
    [
        pytest.param("ENV SSL_CERT_FILE=/etc/ssl/cert.pem\n", "S11", id="a-file-of-the-old-base"),
        pytest.param("COPY --from=debian:12 /usr/bin/jq /jq\n", "S11", id="a-program-of-another-image"),
        pytest.param("COPY --from=build /bin/bash /bin/\n", "S11", id="a-program-of-the-compiler's-image"),
        pytest.param("RUN apk add --no-cache mailcap\n", "S11", id="types-of-files-that-go-reads"),
        pytest.param("RUN adduser -D -h /data app\n", "B22", id="the-home-is-where-it-writes"),
    ],
)
def test_what_the_last_stage_has_of_the_old_base(tmp_path: Path, last: str, spec: str) -> None:
    text = _LAST.replace("ENTRYPOINT", f"{last}ENTRYPOINT")
    assert held(moved(tmp_path, _BUILD + text)) == [spec]


def test_a_home_that_is_the_current_folder_is_a_doubt(tmp_path: Path) -> None:
    last = _LAST.replace("COPY", "RUN adduser -D app\nWORKDIR /home/app\nCOPY").replace("ENTRY", "USER app\nENTRY")
    (finding,) = moved(tmp_path, _BUILD + last).applied
    assert "/home/app may belong to root on the new base" in finding.doubt


def test_a_platform_without_the_new_base(tmp_path: Path) -> None:
    assert held(moved(tmp_path, _BUILD + _LAST.replace("alpine", "--platform=linux/riscv64 alpine"))) == ["B22"]


def test_programs_beside_are_built_without_the_c_library_too(tmp_path: Path) -> None:
    build = _BUILD.replace("CGO_ENABLED=0 go build -o /server .", "go build -o /server . && go build -o /probe .")
    last = _LAST.replace("/server /server", "/server /probe /").replace("ENTRY", 'HEALTHCHECK CMD ["/probe"]\nENTRY')
    code = moved(tmp_path, build + last).code
    assert code.count("CGO_ENABLED=0 go build") == 2
    assert "distroless" in code
