"""What means nothing to the build changes no decision: comments, blanks, continuations, newlines, names, order."""

from __future__ import annotations

from pathlib import Path

import pytest

from hardener import Options
from tests.corpus import WILD, needs, usable
from tests.metamorphic import CHANGES, differing
from tests.test_rules import CASES, options

NAMES = list(CHANGES)


def chosen(number: int) -> tuple[str, str]:
    """Return the changes that are tried on a case; `python -m tests.metamorphic` tries all of them on all."""
    return NAMES[number % len(NAMES)], NAMES[(number // 3 + 5) % len(NAMES)]


@pytest.mark.parametrize("number", range(0, len(CASES), 4), ids=lambda n: f"{CASES[n].parent.name}/{CASES[n].stem}")
def test_own_cases(number: int) -> None:
    case: Path = CASES[number]
    text = case.read_bytes().decode("utf-8", "surrogateescape")
    for name in chosen(number):
        if name != "renamed" or not names_a_stage(case.with_suffix(".context")):
            assert not differing(text, CHANGES[name], options(case)), name


def names_a_stage(context: Path) -> bool:
    """Tell whether a file beside the Dockerfile says which stage is built: another name would be another build."""
    files = (path for suffix in ("*.yaml", "*.yml", "*.hcl") for path in context.rglob(suffix) if path.is_file())
    return any("target" in path.read_text(encoding="utf-8", errors="replace") for path in files)


@pytest.mark.parametrize("name", NAMES)
@needs(WILD)
def test_real_files(name: str) -> None:
    tried = 0
    for sample in usable(WILD)[NAMES.index(name) :: 60]:
        text = sample.data.decode("utf-8", "surrogateescape")
        tried += CHANGES[name](text) is not None
        assert not differing(text, CHANGES[name], Options()), sample.id
    assert tried


@pytest.mark.parametrize(
    ("name", "before", "after"),
    [
        ("comments_added", "FROM a\nRUN b\n", "\n# a note 0\nFROM a\nRUN b\n"),
        ("comments_in_continuations", "FROM a\nRUN b \\\n  c\n", "FROM a\nRUN b \\\n# a note\n  c\n"),
        ("blanks", "FROM a\nRUN b\n", "  FROM   a  \n  RUN   b  \n"),
        ("lower_case", "FROM a\nRUN b\n", "from a\nrun b\n"),
        ("empty_lines", "FROM a\nRUN b\n", "FROM a\n\nRUN b\n"),
        ("one_line", "FROM a\nRUN b && \\\n  c\n", "FROM a\nRUN b &&   c\n"),
        ("many_lines", "FROM a\nRUN b && c\n", "FROM a\nRUN b \\\n    && c\n"),
        ("windows", "FROM a\nRUN b\n", "FROM a\r\nRUN b\r\n"),
        ("renamed", "FROM a AS b\nFROM c\nCOPY --from=b /x /y\n", "FROM a AS b-z\nFROM c\nCOPY --from=b-z /x /y\n"),
        ("reordered", "FROM a\nENV A=1\nENV B=2\n", "FROM a\nENV B=2\nENV A=1\n"),
    ],
)
def test_what_each_change_does(name: str, before: str, after: str) -> None:
    assert CHANGES[name](before) == after
