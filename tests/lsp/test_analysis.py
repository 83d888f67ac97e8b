"""What an editor gets is what the command does, on the cases of all rules."""

from __future__ import annotations

from pathlib import Path

import pytest

from hardener import Options, Safety
from hardener.cli.lsp import chooser
from hardener.engine.batch import run_job
from hardener.engine.job import Job
from hardener.lsp.actions import ignore_comment
from hardener.lsp.analysis import Desk, Document, analyse, formatted
from hardener.lsp.positions import Positions
from hardener.text import apply_edits, decode
from tests.corpus import OWN

CASES = sorted(OWN.glob("*/*.Dockerfile"))
DESK = Desk(chooser(online=False, config=None, isolated=True))


def _document(path: Path) -> Document:
    return Document(path.as_uri(), decode(path.read_bytes()), 1, path)


def test_there_are_cases() -> None:
    assert len(CASES) > 500


@pytest.mark.parametrize("part", range(4))
def test_formatting_gives_the_text_of_the_command(part: int) -> None:
    """In every fourth case: that rules are left out which may not act changes nothing."""
    changed = 0
    for path in CASES[part * 4 :: 16]:
        outcome = run_job(Job(path, Options(level=Safety.SAFE)))
        document = _document(path)
        made = apply_edits(document.text, formatted(document, DESK))
        assert made == (outcome.result.code if outcome.result else document.text), path
        changed += made != document.text
    assert changed


@pytest.mark.parametrize("part", range(4))
def test_an_ignore_comment_takes_its_finding_away(part: int) -> None:
    """In every 40th case: each finding, one by one; where a stage is split, the comment stays with the first part."""
    seen = 0
    for path in CASES[part * 40 :: 160]:
        document = _document(path)
        result = analyse(document, DESK, level=Safety.SAFE).result
        for finding in result.findings if result else ():
            text = apply_edits(document.text, [ignore_comment(finding, Positions(document.text))])
            after = analyse(Document(document.uri, text, 2, path), DESK, level=Safety.SAFE).result
            assert after is not None, path
            left = [one for one in after.findings if one.rule == finding.rule and one.line == finding.line + 1]
            assert not left, (path, finding)
            seen += 1
    assert seen
