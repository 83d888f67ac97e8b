"""A second reader, written by others: dockerfile-parse finds the same instructions at the same lines.

It knows neither heredocs nor `# escape`, nor blanks after a continuation: files with these are not its subject.
"""

from __future__ import annotations

import io
import re
from pathlib import Path

import pytest
from dockerfile_parse import DockerfileParser

from hardener import DockerfileSyntaxError, parse
from hardener.syntax.dockerfile.continuations import logical
from hardener.syntax.dockerfile.nodes import Dockerfile, Instruction
from hardener.text import LineIndex
from tests.corpus import CORPORA, OWN, WILD, samples

#: what the other reader does not know: here-documents, and a backslash with blanks, an empty line or the end behind it
OTHERWISE = re.compile(r"<<|\\(?:[ \t]+\r?$|\s*\Z|\r?\n[ \t]*\r?$)", re.MULTILINE)


def ours(tree: Dockerfile) -> list[tuple[int, str, str]]:
    """Return line, keyword and arguments of each instruction, blanks folded."""
    lines, at, found = LineIndex(tree.code), len(tree.bom) + sum(len(node.code) for node in tree.header), []
    for node in tree.instructions:
        start = at + sum(len(trivia.code) for trivia in node.leading)
        found.append((lines.line(start), node.keyword.upper(), _folded(node, tree.escape)))
        at += len(node.code)
    return found


def _folded(node: Instruction, escape: str) -> str:
    text = "".join(flag.text + flag.gap for flag in node.flags) + node.text
    return " ".join(logical(text, escape).text.split())


def theirs(data: bytes) -> list[tuple[int, str, str]]:
    structure = DockerfileParser(fileobj=io.BytesIO(data)).structure
    return [
        (entry["startline"] + 1, entry["instruction"], " ".join(entry["value"].split()))
        for entry in structure
        if entry["instruction"] != "COMMENT"
    ]


@pytest.mark.parametrize("corpus", [param for param in CORPORA if param.values[0] in (OWN, WILD)])
def test_the_same_instructions_at_the_same_lines(corpus: Path) -> None:
    compared = 0
    for sample in samples(corpus):
        try:
            tree = parse(sample.data)
            sample.data.decode()
        except (DockerfileSyntaxError, UnicodeDecodeError):
            continue
        if tree.escape != "\\" or tree.bom or OTHERWISE.search(tree.code):
            continue
        compared += 1
        assert ours(tree) == theirs(sample.data), sample.id
    assert compared > 900
