"""What a start script makes of CMD (E09): which ones hand it on as it is, and in what time that is told."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from hardener import Options, Result
from hardener.engine.batch import run_all
from hardener.engine.job import Job
from hardener.rules.exec_form.entry_script import EntryScript

_DOCKERFILE = 'FROM python:3.13-slim\nCOPY run /run.sh\nENTRYPOINT ["/run.sh"]\nCMD python app.py\n'


def rewritten(folder: Path, script: str) -> Result:
    """Return what exec-form makes of a CMD in shell form behind a script."""
    (folder / "Dockerfile").write_text(_DOCKERFILE)
    (folder / "run").write_text(script)
    options = Options(select=frozenset({"exec-form"}))
    (outcome,) = run_all([Job(folder / "Dockerfile", options)], 1)
    assert outcome.result is not None, outcome.error
    return outcome.result


@pytest.mark.parametrize(
    "script",
    [
        '#!/usr/bin/env bash\nset -e\nexec "$@"\n',
        '#!/bin/sh\nfor name in a b; do echo "$name"; done\nexec "$@"\n',
        '#!/bin/sh\nlog() { echo "$1"; }\nlog ready\nexec "$@"\n',
    ],
)
def test_scripts_that_hand_on(tmp_path: Path, script: str) -> None:
    assert '\nCMD ["python", "app.py"]\n' in rewritten(tmp_path, script).code


@pytest.mark.parametrize(
    "script",
    [
        pytest.param('#!/bin/sh\npython() { command python -u "$@"; }\n"$@"\n', id="a-function-comes-first"),
        pytest.param('#!/bin/sh\nif :; then python() { :; }; fi\n"$@"\n', id="a-function-somewhere"),
        pytest.param('#!/bin/sh\nalias python=python3\n"$@"\n', id="an-alias-comes-first"),
        pytest.param('#!/bin/sh\nfor word; do echo "$word"; done\nexec "$@"\n', id="a-loop-over-the-arguments"),
        pytest.param('#!/bin/sh\nfor word\ndo echo "$word"; done\nexec "$@"\n', id="a-loop-on-two-lines"),
        pytest.param('#!/bin/bash\necho "${BASH_ARGV[0]}"\nexec "$@"\n', id="the-arguments-of-bash"),
        pytest.param('#!/usr/bin/env python3\nexec "$@"\n', id="no-shell"),
        pytest.param(
            '#!/bin/sh\ncase "$1" in\n  a) ;;\nesac\ncase "$MODE" in\n  python) ;;\nesac\nexec "$@"\n',
            id="another-case-has-the-word",
        ),
    ],
)
def test_scripts_that_may_see_it(tmp_path: Path, script: str) -> None:
    result = rewritten(tmp_path, script)
    assert not result.changed
    assert [finding.refusal.spec for finding in result.findings if finding.refusal] == ["E09"]


@pytest.mark.parametrize("text", ["x${1:-", "case $1 in\n", '"$1" ', "${1", "case "])
def test_long_scripts_take_no_time(text: str) -> None:
    began = time.perf_counter()
    assert not EntryScript("run", text * (100_000 // len(text)), hands_on=False).looks_for("python")
    assert time.perf_counter() - began < 5
