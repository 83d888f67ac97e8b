"""The tree is lossless, and what it says is what BuildKit's parser says (Z01)."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hardener import DockerfileSyntaxError, parse
from hardener.syntax.dockerfile.continuations import logical
from hardener.syntax.dockerfile.nodes import ExecForm, Instruction, Probe
from hardener.syntax.tree import Visitor
from hardener.text import encode
from tests.buildkit import instructions
from tests.corpus import PARSER_CASES, WILD, Sample, needs, samples

CORPORA = [pytest.param(p, marks=needs(p), id=p.name.split(".")[0]) for p in (WILD, PARSER_CASES)]

#: Where we differ from the oracle on purpose. It is BuildKit of 2023; the rules say what today's frontend does.
P14_TRAILING_TEXT = {
    "test/dockerValidator.test.ts:4396",
    "test/dockerValidator.test.ts:4399",
    "test/dockerValidator.test.ts:4402",
    "test/dockerValidator.test.ts:4405",
    "dockerfile_cmd_test.go:290",
    "dockerfile_cmd_test.go:294",
    "dockerfile_cmd_test.go:331",
    "dockerfile_cmd_test.go:335",
}


def verdict(data: bytes) -> bool:
    try:
        tree = parse(data)
    except DockerfileSyntaxError:
        return False
    # `parse` keeps a file without instructions, `harden` refuses it
    return next(tree.instructions, None) is not None


class Noop(Visitor):
    """Builds every node anew."""

    def leave_Comment(self, original, updated):
        return updated.with_changes()

    def leave_Run(self, original, updated):
        return updated.with_changes()


@pytest.mark.parametrize("corpus", CORPORA)
def test_every_text_comes_back_to_the_byte(corpus: Path) -> None:
    parsed = 0
    for sample in samples(corpus):
        try:
            tree = parse(sample.data)
        except DockerfileSyntaxError:
            continue
        parsed += 1
        assert encode(tree.code) == sample.data, sample.id
        rebuilt = tree.visit(Noop())
        assert encode(rebuilt.code) == sample.data, sample.id
        assert rebuilt.deep_equals(tree), sample.id
    assert parsed >= 1600


@pytest.mark.parametrize("corpus", CORPORA)
def test_same_verdict_and_instructions_as_buildkit(corpus: Path, tmp_path: Path) -> None:
    for sample in samples(corpus):
        theirs = instructions(sample.data, tmp_path)
        assert verdict(sample.data) == (theirs is not None), sample.id
        if theirs is not None:
            _compare(sample, theirs)


def _compare(sample: Sample, theirs: list) -> None:
    tree = parse(sample.data)
    ours = list(tree.instructions)
    assert [_keyword(i, tree.escape) for i in ours] == [t.cmd.upper() for t in theirs], sample.id
    for mine, other in zip(ours, theirs, strict=True):
        if mine.name == "ONBUILD":
            continue  # the oracle gives the flags of the trigger only
        # `--` ends the flags and the oracle does not list it; the oracle drops quotes and escapes
        flags = [flag.text for flag in mine.flags if flag.text != "--"]
        assert [_plain(f) for f in flags] == [_plain(f) for f in other.flags], sample.id
        if sample.id not in P14_TRAILING_TEXT:
            assert _is_exec(mine) == bool(other.json), (sample.id, mine.code)


def _keyword(instruction: Instruction, escape: str) -> str:
    return logical(instruction.keyword, escape).text.upper()


def _plain(flag: str) -> str:
    return "".join(c for c in flag if c not in "\\'\"\n\r")


def _is_exec(instruction: Instruction) -> bool:
    form = instruction.arguments
    return isinstance(form.form if isinstance(form, Probe) else form, ExecForm)


LINES = st.sampled_from(
    [
        "FROM a", "FROM a AS b", "RUN x", "RUN x \\", "RUN <<EOF", "EOF", "RUN cat <<-'A' <<B", "\tA", "B",
        "COPY <<EOF /x", "# c", "  # c", "", "  ", "ENV A b c", "ENV A=b \\", "CMD [\"a\", \\", "\"b\"]",
        "ONBUILD RUN a", "HEALTHCHECK --interval=3s CMD a", "HEALTHCHECK NONE", "USER", "\\",
        "run --mount=type=cache,target=/x \\",
        "# escape=`", "# syntax=docker/dockerfile:1", "RUN a `", "CMD [1]", "ENV x", "LABEL a", "\x0bRUN a", "RUN\\",
        "SHELL [\"sh\", \"-c\"]", "RUN echo $((1<<2))", "RUN a <<< b", "ONBUILD ONBUILD RUN x", "é b",
    ]
)  # fmt: skip
# every line but the last has its newline: text after a JSON array is read otherwise by the oracle (P14)
TEXTS = st.tuples(st.lists(st.tuples(LINES, st.sampled_from(["\n", "\r\n", " \n"])), max_size=12), LINES).map(
    lambda parts: "".join(a + b for a, b in parts[0]) + parts[1]
)


@given(TEXTS)
@settings(max_examples=400, deadline=None)
def test_any_text_is_kept_or_refused(text: str) -> None:
    try:
        tree = parse(text)
    except DockerfileSyntaxError as error:
        assert error.line >= 1
        assert error.column >= 1
        assert error.source_line in text
        assert error.message
        return
    assert tree.code == text
    assert parse(tree.code).deep_equals(tree)


@given(TEXTS)
@settings(max_examples=400, deadline=None)
def test_any_text_gets_the_verdict_of_buildkit(tmp_path_factory: pytest.TempPathFactory, text: str) -> None:
    data = text.encode("utf-8", "surrogateescape")
    theirs = instructions(data, tmp_path_factory.getbasetemp())
    assert verdict(data) == (theirs is not None)


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        ("FROM a\nRUN <<EOF\nx\n", 2, "unterminated heredoc"),
        ("FROM a\n  CMD [1]\n", 2, "strings only"),
        ("# escape=x\nFROM a\n", 1, "invalid escape token"),
        ("# syntax=a\n# syntax=b\nFROM a\n", 2, "only one syntax"),
        ("FROM a\nENV x\n", 2, "two arguments"),
        ("FROM a\nLABEL a=b c\n", 2, "can't find ="),
        ("FROM a\nRUN " + "x" * 70_000, 2, "65535 bytes"),
    ],
)
def test_errors_name_the_place(text: str, line: int, message: str) -> None:
    with pytest.raises(DockerfileSyntaxError, match=message) as caught:
        parse(text, "Dockerfile")
    assert caught.value.line == line
    assert caught.value.filename == "Dockerfile"
    assert str(caught.value).startswith(f"Dockerfile:{line}:")


def test_the_longest_line_that_buildkit_reads(tmp_path: Path) -> None:
    for size in (65_534, 65_535, 65_536):
        data = b"FROM a\n" + b"RUN " + b"x" * (size - 4)
        assert verdict(data) == (instructions(data, tmp_path) is not None), size


def test_generated_tables_are_those_of_the_grammar() -> None:
    from hardener.syntax.dockerfile.generate import TABLES, module_text

    assert TABLES.read_text(encoding="utf-8") == module_text(), "run python -m hardener.syntax.dockerfile.generate"
