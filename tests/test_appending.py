"""What is appended to a RUN body runs if and only if the body succeeds; a failure stays one (Z05, M01, M02, M08)."""

from __future__ import annotations

import itertools
import shutil
import subprocess

import pytest

from hardener.errors import Refusal
from hardener.shell.append import append_commands
from hardener.syntax.dockerfile.writer import Style

STYLE = Style("\n", "\\", False)
BODIES = """
A && B
A; B
A; B;
A || B
A && B || true
A || true
! A
A | B
A # c
{ A; B; }
( A; B )
A && { B; C; }
if A; then B; fi
if A; then B; else C; fi
for x in 1 2; do A && B; done
A && exit 3
set -e; A; B
set -e; A && B
set -e; A; B && C
set -e; A | B
set -e; ! A
set -e; A; { B; C; }
set -e; A; ( B; C )
set -e; if A; then B; C; fi
set -e; x=$(A; B); C
set -e; A; x=$(B; C)
set -e; A || B
set -e; A; for x in 1; do B && C; done
set -e; f() { A; B; }; f
set -e; A; set +e; B; C
set -e; A; eval 'B; C'
A && set -e && B
A; set -e; B; C
set -e; A && x=$(B; C)
case A in A) A; B;; esac
while A; do B; break; done
""".strip().split("\n")
SHELLS = [shell for shell in ("dash", "bash", "busybox") if shutil.which(shell)]


def run(shell: str, text: str, outcome: dict[str, str]) -> tuple[bool, bool]:
    """Return whether a body succeeds and whether the mark was printed."""
    for name, command in outcome.items():
        text = text.replace(name, command)
    argv = [shell, "sh", "-c", text] if shell == "busybox" else [shell, "-c", text]
    done = subprocess.run(argv, capture_output=True, text=True, check=False)
    return done.returncode == 0, "mark" in done.stdout


@pytest.mark.parametrize("with_e", [False, True], ids=["sh -c", "sh -ec"])
@pytest.mark.parametrize("body", BODIES)
def test_it_runs_if_and_only_if_the_body_succeeds(body: str, with_e: bool) -> None:
    new = append_commands(body, ("echo mark",), STYLE, ("/bin/sh", "-ec" if with_e else "-c"))
    if isinstance(new, Refusal):
        assert new.spec in ("M08", "M09")
        return
    start = "set -e\n" if with_e else ""
    for values in itertools.product(("true", "false"), repeat=3):
        outcome = dict(zip("ABC", values, strict=True))
        for shell in SHELLS:
            before, _ = run(shell, start + body, outcome)
            assert run(shell, start + new, outcome) == (before, before), (shell, outcome, new)


def test_most_bodies_are_not_refused() -> None:
    answers = [append_commands(body, ("echo mark",), STYLE, None) for body in BODIES]
    assert sum(isinstance(answer, str) for answer in answers) >= 25
