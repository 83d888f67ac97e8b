"""What the proof says of a pass that does more than its rule announces: each fault, and the nearest that is none."""

from __future__ import annotations

import pytest

from hardener import Safety
from hardener.engine.proof import comments, faults, proved
from hardener.fast.records import replace
from hardener.image.config import Effect
from hardener.image.model import Model
from hardener.rules.base import Rule
from hardener.rules.use_copy import UseCopy
from hardener.syntax.dockerfile.parser import parse


def said(before: str, after: str, *effects: Effect) -> str:
    """Return what the proof says of a pass of a rule that announces effects."""

    class Given(Rule):
        """A rule that announces what a test says."""

        code, name, safety = "HD999", "given", Safety.SAFE

    Given.effects = frozenset(effects)
    return "; ".join(faults(parse(before), parse(after), Given))


A = "FROM debian AS a\nRUN x\n"
#: two stages, the second of which is the image
TWO = 'FROM debian AS a\nRUN x\nFROM debian AS b\nWORKDIR /w\nUSER u\nENTRYPOINT ["/e"]\nCMD ["/c"]\n'
#: one file on nothing
ALONE = 'FROM scratch\nCOPY x /p/x\nCMD ["/p/x"]\n'
#: one stage that starts what its base image does
PYTHON = "FROM python:3.12 AS a\nRUN x\n"
THREE = TWO.replace("FROM debian AS b", "FROM debian AS new\nFROM debian AS b")


#: what a rule announces that starts another program in the last stage
PROGRAM = (Effect.BASE, Effect.ENTRYPOINT, Effect.CMD, Effect.USER, Effect.WORKDIR)


@pytest.mark.parametrize(
    ("before", "after", "effects", "fault"),
    [
        (A, A, (), ""),
        (A, A + "USER u\n", (), "it changed USER unannounced [Z04]"),
        (A, A + "USER u\nWORKDIR /w\n", (), "it changed USER, WORKDIR unannounced [Z04]"),
        (A, A + "USER u\nWORKDIR /w\n", (Effect.USER,), "it changed WORKDIR unannounced [Z04]"),
        (A, A + "USER u\n", (Effect.USER,), ""),
        ("# escape=\\\n" + A, "# escape=`\n" + A, (Effect.FRONTEND,), "the parser directives changed [Z07]"),
        ("# escape=\\\n" + A, A, (Effect.FRONTEND,), "the parser directives changed [Z07]"),
        ("# syntax=a/b:1\n" + A, "# syntax=a/b:2\n" + A, (Effect.FRONTEND,), ""),
        (
            A, A.replace("AS a", "AS b"), (),
            "it changed BASE unannounced [Z04]; the stages or their names changed [Z03]",
        ),
        (A, A.replace("AS a", "AS b"), (Effect.BASE,), ""),
        ("# c\n" + A, A, (), "a comment was lost: '# c' [Z07]"),
        ("FROM debian\n# c\nRUN x\n", "FROM debian\nRUN y\n", (Effect.RUN,), "a comment was lost: '# c' [Z07]"),
        ("FROM debian\n# c\nRUN x\n", "FROM debian\n  # c\nRUN y\n", (Effect.RUN,), ""),
        ("FROM debian\nRUN x\n# c\n", "FROM debian\nRUN x\n", (), "a comment was lost: '# c' [Z07]"),
        ("FROM debian\nRUN x\\\n# c\n y\n", "FROM debian\nRUN x y\n", (Effect.RUN,), "a comment was lost: '# c' [Z07]"),
        (A.replace("\n", "\r\n"), A, (), "the newline style changed [Z07]"),
        (A, A.replace("\n", "\r\n"), (), "the newline style changed [Z07]"),
        (A, A.replace("\n", "\r\n", 1), (), "the newline style changed [Z07]"),
        (A.replace("\n", "\r\n", 1), A, (), ""),
        (A.replace("\n", "\r\n"), A.replace("\n", "\r\n") + "USER u\r\n", (Effect.USER,), ""),
        (TWO, THREE, (Effect.STAGES,), ""),
        (TWO, THREE, (), "it changed BASE"),
        (TWO, TWO.replace("RUN x", "USER z"), (Effect.STAGES, Effect.RUN), "it changed USER unannounced [Z04]"),
        (ALONE, ALONE.replace(" /p/", " /q/"), (Effect.COPY,), "no step brings /p/x, which the image starts [S14]"),
        (TWO, THREE.replace("FROM debian AS b", "FROM scratch AS b\nRUN x"), tuple(Effect), "needs a shell"),
        ("ARG X\n", A, tuple(Effect), "the last stage is not the last any more [Z03]"),
        (TWO, THREE.replace("AS a", "AS other"), (Effect.STAGES,), "a stage lost its name, or two share one [S25]"),
        (TWO, THREE.replace("AS new", "AS a"), (Effect.STAGES,), "a stage lost its name, or two share one [S25]"),
        (TWO, TWO + "FROM debian AS c\n", (Effect.STAGES,), "the last stage is not the last any more [Z03]"),
        (TWO, THREE + "COPY --from=a /f /f\n", (Effect.STAGES, Effect.COPY), ""),
        (
            TWO, THREE + "COPY --from=0 /f /f\n", (Effect.STAGES, Effect.COPY),
            "--from=0 may mean another stage now [Z03]",
        ),
        (
            TWO, THREE + "COPY --from=b /f /f\n", (Effect.STAGES, Effect.COPY),
            "--from=b may mean another stage now [Z03]",
        ),
        (TWO, THREE + "COPY --from=img /f /f\n", (Effect.STAGES, Effect.COPY), ""),
        (
            TWO, THREE.replace("/e", "/x"), (Effect.STAGES, Effect.ENTRYPOINT),
            "the entrypoint of the image changed [S24]",
        ),
        (TWO, THREE.replace("/c", "/x"), (Effect.STAGES, Effect.CMD), "the cmd of the image changed [S24]"),
        (PYTHON, "FROM python:3.12 AS new\nFROM debian AS a\nRUN x\n", (Effect.STAGES, Effect.BASE), ""),
        (TWO, THREE.replace("/w", "/x"), (Effect.STAGES, Effect.WORKDIR), "the folder or the user that"),
        (TWO, THREE.replace("USER u", "USER x"), (Effect.STAGES, Effect.USER), "the folder or the user that"),
        (TWO, THREE.replace("USER u", "USER root"), (Effect.STAGES, Effect.USER), "the folder or the user that"),
        (TWO.replace("USER u", "USER 0"), THREE, (Effect.STAGES, Effect.USER), "the folder or the user that"),
        (TWO.replace("USER u", "USER 0"), THREE.replace("USER u", "USER root"), (Effect.STAGES, Effect.USER), ""),
        (TWO, THREE.replace("/c", "/x"), (Effect.STAGES, *PROGRAM), ""),
        (TWO, THREE.replace("/w", "/x").replace("USER u", "USER x"), (Effect.STAGES, *PROGRAM), ""),
        (TWO, THREE.replace("/c", "/x"), (Effect.STAGES, *PROGRAM[1:]), "the cmd of the image changed [S24]"),
    ],
)  # fmt: skip
def test_what_is_wrong_with_a_pass(before: str, after: str, effects: tuple[Effect, ...], fault: str) -> None:
    found = said(before, after, *effects)
    assert fault in found if fault else found == ""


def test_a_tree_that_reads_otherwise() -> None:
    """A rule that writes a newline into a command has built another tree than the text says, or no Dockerfile."""
    before = parse("FROM debian\nRUN x\n")
    stage = before.stages[0]
    run = stage.body[0]
    for text, fault in (("x\nUSER root", "reads as another tree"), ("cat <<EOF", "does not parse")):
        torn = replace(run, arguments=replace(run.arguments, text=text))
        after = replace(before, stages=(replace(stage, body=(torn,)),))
        proof = proved(Model(before), after, UseCopy)
        assert proof.model is None
        assert fault in "".join(proof.faults)
        assert "[Z01]" in "".join(proof.faults)


def test_comments_are_counted() -> None:
    tree = parse("# a\nFROM debian\n# a\nRUN x \\\n  # b\n  y\n# end\n")
    assert comments(tree) == {"# a": 2, "# b": 1, "# end": 1}
    assert comments(tree, frozenset(list(tree.instructions)[1:])) == {"# a": 1, "# end": 1}
