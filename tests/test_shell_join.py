"""Joining shell bodies: what is written (M01-M12, M24, M25, M28-M30), and that real shells agree (Z05)."""

from __future__ import annotations

import itertools
import os
import re
import shutil
import subprocess
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

import pytest
from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st

from hardener.errors import Refusal
from hardener.shell import Body, Wrap, as_left, as_right, parse_shell
from tests.corpus import needs_program

SHELLS = {"dash": ["dash"], "bash": ["bash"], "busybox": ["busybox", "sh"]}
#: says who was called, how, where and with what around it, then fails if told to
STUB = """#!/bin/sh
echo "${0##*/}($*) in ${PWD##*/} X=${X-} Y=${Y-} $(umask)" >&9
case " $FAIL " in *" ${0##*/} "*) exit 3 ;; esac
"""
#: runs each body until one fails, then the joined text, for each set of commands that fail
DRIVER = """exec 9>&1
while IFS= read -r FAIL; do
    export FAIL
    echo "=== $FAIL"
    status=0
    for body in "$@"; do
        $SHELL_UNDER_TEST -c "$body" 2>/dev/null </dev/null || { status=1; break; }
    done
    echo "status $status"
    echo "---"
    status=0
    $SHELL_UNDER_TEST -c "$JOINED" 2>/dev/null </dev/null || status=1
    echo "status $status"
done
"""


def body(text: str) -> Body:
    read = parse_shell(text)
    assert isinstance(read, Body), f"{text}: {read}"
    return read


def join(*texts: str) -> str | Refusal:
    """Join bodies in one chain; one in the middle has something on both sides."""
    parts = []
    for index, text in enumerate(texts):
        wrap = as_right(body(text)) if index == len(texts) - 1 else as_left(body(text))
        if isinstance(wrap, Refusal):
            return wrap
        if 0 < index < len(texts) - 1 and not wrap.prefix:
            right = as_right(body(text))
            assert isinstance(right, Wrap)
            wrap = Wrap(wrap.start, wrap.end, right.prefix, right.suffix)
        parts.append(wrap.apply(text))
    return " && ".join(parts)


WRITTEN = [
    ("M01", ["x", "a || true"], "x && { a || true; }"),
    ("M01", ["a || true", "b"], "{ a || true; } && b"),
    ("M02", ["false", "echo a ; echo b"], "false && { echo a ; echo b; }"),
    ("M03", ["a;", "b"], "a && b"),
    ("M03", ["a ; ", "b ;"], "a && b"),
    ("M03", ["find /x -name '*.pyc' -exec rm {} \\;", "b"], "find /x -name '*.pyc' -exec rm {} \\; && b"),
    ("M03", ["case $X in a) b;; esac", "b"], "case $X in a) b;; esac && b"),
    ("M05", ["echo a # note", "b"], "echo a && b"),
    ("M05", ["echo a; # note", "b # last"], "echo a && b"),
    ("M05", ["echo a#b ${#X} 'c # d' http://h/#e", "b"], "echo a#b ${#X} 'c # d' http://h/#e && b"),
    ("M06", ["cd /tmp && touch x", "pwd"], "( cd /tmp && touch x ) && pwd"),
    ("M06", ["pwd", "cd /tmp && touch x"], "pwd && cd /tmp && touch x"),
    ("M06", ["( cd /tmp && touch x )", "pwd"], "( cd /tmp && touch x ) && pwd"),
    ("M07", ["export X=1", "b"], "( export X=1 ) && b"),
    ("M07", ["X=1", "b"], "( X=1 ) && b"),
    ("M07", ["X=1 a", "b"], "X=1 a && b"),
    ("M07", ["set -u && a", "b"], "( set -u && a ) && b"),
    ("M07", ["umask 077; a", "b"], "( umask 077; a ) && b"),
    ("M07", ["f() { a; }; f", "b"], "( f() { a; }; f ) && b"),
    ("M07", ["python3 -m venv /v && . /v/bin/activate && x", "b"],
     "( python3 -m venv /v && . /v/bin/activate && x ) && b"),
    ("M07", ["for i in 1 2; do a $i; done", "b"], "( for i in 1 2; do a $i; done ) && b"),
    ("M07", ["a ${X:=1}", "b"], "( a ${X:=1} ) && b"),
    ("M07", ["command cd sub", "b"], "( command cd sub ) && b"),
    ("M08", ["a", "set -eux; b; c"], "a && { set -eux; b; c; }"),
    ("M08", ["set -ex && a && b", "c"], "( set -ex && a && b ) && c"),
    ("M09", ["if true; then exit 0; fi; echo more", "echo b"],
     "( if true; then exit 0; fi; echo more ) && echo b"),
    ("M11", ["trap 'echo bye' EXIT; echo a", "echo b"], "( trap 'echo bye' EXIT; echo a ) && echo b"),
    ("M29", ["a", "if x; then y; fi"], "a && if x; then y; fi"),
    ("M30", ["a", "! b"], "a && ! b"),
    ("M31", ["sudo a", "b"], "( sudo a ) && b"),
    ("M02", ["x", "a ; b", "c"], "x && { a ; b; } && c"),
    ("M28", ["echo 'é ü' ; x", "b"], "{ echo 'é ü' ; x; } && b"),
]  # fmt: skip


@pytest.mark.parametrize(("spec", "bodies", "expected"), WRITTEN)
def test_written(spec: str, bodies: list[str], expected: str) -> None:
    assert join(*bodies) == expected, spec


LEFT_REFUSED = [
    ("M04", "sleep 1 &"),
    ("M04", "a & b"),
    ("M04", "( a & )"),
    ("M04", "x=$(a & b)"),
    ("M04", "coproc a"),
    ("M05", "# only a comment"),
    ("M08", "set -eux; false; echo reached"),
    ("M08", "set -e; false && true; echo reached"),
    ("M08", "( set -e; a; b )"),
    ("M08", "set -o errexit; a; b"),
    ("M08", "set -uo pipefail -e; a; b"),
    ("M08", "set $OPTIONS; a; b"),
    ("M08", "set -e && { a; b; }"),
    ("M08", "set -e && x=$(a; b)"),
    ("M08", "trap 'echo failed' ERR; a"),
    ("M08", ". ./settings; a; b"),
    ("M08", ". ./install.sh"),
    ("M08", 'eval "$X"; a; b'),
    ("M09", "a; return 3; b"),
    ("M10", "exec true"),
    ("M10", "a && exec b"),
    ("M10", "command exec true"),
    ("M13", "cat <<E\nx\nE\n"),
    ("M24", "pip3 install -U pip"),
    ("M24", "a && npm install -g npm@11"),
    ("M25", "service postgresql start && createdb x"),
    ("M25", "/etc/init.d/mysql start"),
]


@pytest.mark.parametrize(("spec", "text"), LEFT_REFUSED)
def test_refused_on_the_left(spec: str, text: str) -> None:
    refusal = as_left(body(text))
    assert isinstance(refusal, Refusal)
    assert refusal.spec == spec


@pytest.mark.parametrize(("spec", "text"), [case for case in LEFT_REFUSED if case[0] in ("M04", "M05", "M10", "M13")])
def test_refused_on_the_right(spec: str, text: str) -> None:
    refusal = as_right(body(text))
    assert isinstance(refusal, Refusal)
    assert refusal.spec == spec


@pytest.mark.parametrize("bodies", [["x", "set -e; b; c"], ["a", "b", "set -eux; c; d"]])
def test_a_joined_text_that_relies_on_errexit_is_refused_again(bodies: list[str]) -> None:
    joined = join(*bodies)
    assert isinstance(joined, str)
    refusal = as_left(body(joined))
    assert isinstance(refusal, Refusal)
    assert refusal.spec == "M08"


def test_apt_get_install_of_a_package_is_no_self_upgrade() -> None:
    assert join("apt-get install bash", "b") == "apt-get install bash && b"
    assert join("pip install pip-tools", "b") == "pip install pip-tools && b"


# Z05: what real shells do


@lru_cache(maxsize=1)
def _stubs(folder: Path) -> str:
    tools = folder / "bin"
    tools.mkdir()
    (tools / "stub").write_text(STUB)
    (tools / "stub").chmod(0o755)
    for name in "abcdef":
        (tools / name).symlink_to("stub")
    (folder / "work" / "sub").mkdir(parents=True)
    (folder / "work" / "env").write_text("X=sourced; export X\n")
    return f"{tools}{os.pathsep}{os.environ['PATH']}"


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("shells")


def _used(texts: Sequence[str]) -> list[str]:
    return sorted(set(re.findall(r"(?<![\w$'./-])[a-f](?![\w/=()])", " ".join(texts))))


def compare(folder: Path, shell: str, bodies: Sequence[str], joined: str) -> None:
    """Hold the trace and the status of `joined` against those of `bodies`, for all sets of failing commands."""
    names = _used(bodies)
    failing = itertools.chain.from_iterable(itertools.combinations(names, n) for n in range(len(names) + 1))
    done = subprocess.run(
        [shutil.which("dash") or "/bin/sh", "-c", DRIVER, "driver", *bodies],
        input="".join(" ".join(some) + "\n" for some in failing),
        env={"PATH": _stubs(folder), "SHELL_UNDER_TEST": " ".join(SHELLS[shell]), "JOINED": joined},
        cwd=folder / "work",
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    runs = done.stdout.split("=== ")[1:]
    assert len(runs) == 2 ** len(names)
    for run in runs:
        header, _, rest = run.partition("\n")
        apart, _, together = rest.partition("---\n")
        assert together == apart, f"{shell}: {joined!r} with {header!r} failing"


@pytest.fixture(params=[pytest.param(name, marks=needs_program(SHELLS[name][0])) for name in SHELLS])
def shell(request: pytest.FixtureRequest) -> str:
    name: str = request.param
    return name


RUN = [
    ("M01", ["a", "b || true"]),
    ("M01", ["a || b", "c || d"]),
    ("M02", ["a", "b ; c"]),
    ("M02", ["a ; b", "c ; d"]),
    ("M03", ["a;", "b;"]),
    ("M03", ["case 1 in 1) a;; esac", "b"]),
    ("M05", ["a # note", "b # note"]),
    ("M06", ["cd sub && a", "b"]),
    ("M06", ["cd sub; a", "cd sub && b", "c"]),
    ("M07", ["export X=1 && a", "b"]),
    ("M07", ["X=1; export X; a", "b"]),
    ("M07", ["umask 077; a", "b"]),
    ("M07", ["f() { a; }; f", "b; f"]),
    ("M07", [". ./env && a", "b"]),
    ("M07", ["set -u && a", 'b "$NONE"']),
    ("M07", ["set -f; a *", "b *"]),
    ("M07", ["for X in 1 2; do a $X; done", 'b "$X"']),
    ("M07", ["a ${X:=1}", 'b "$X"']),
    ("M07", ["IFS=:; a", "Z=1:2; b $Z"]),
    ("M07", ["readonly X=1; a", "X=2; b $X"]),
    ("M08", ["a", "set -e; b; c"]),
    ("M08", ["set -e && a && b", "c; d"]),
    ("M08", ["set -e; a", "b"]),
    ("M09", ["if a; then exit 0; fi; b", "c"]),
    ("M09", ["a || exit 0; b", "c"]),
    ("M11", ["trap 'a bye' EXIT; b", "c"]),
    ("M29", ["a", "if b; then c; fi"]),
    ("M29", ["if a; then b; fi", "case $X in x) c;; esac"]),
    ("M30", ["! a", "! b"]),
    ("M30", ["a", "set -e; ! b; c"]),
    ("M02", ["a", "b; c", "d || a", "b"]),
    ("M07", ["echo p | a && b", "echo p | c || d"]),
    ("M07", ["a > /dev/null; b", "c 2>&1"]),
    ("M28", ["a 'é # ; x' \"&& ü\"", "b \\; ; c"]),
]


@pytest.mark.parametrize(("spec", "bodies"), RUN, ids=[" + ".join(case[1]) for case in RUN])
def test_shells_run_the_joined_body_like_the_single_ones(
    spec: str, bodies: list[str], shell: str, folder: Path
) -> None:
    joined = join(*bodies)
    if isinstance(joined, Refusal):
        assert joined.spec == spec == "M08"
        return
    compare(folder, shell, bodies, joined)


@pytest.mark.parametrize(
    "naive",
    [
        (["a", "b || true"], "a && b || true"),
        (["cd sub", "b"], "cd sub && b"),
        (["set -e; a; b", "c"], "{ set -e; a; b; } && c"),
        (["if a; then exit 0; fi; b", "c"], "{ if a; then exit 0; fi; b; } && c"),
    ],
)
def test_the_comparison_finds_careless_joins(naive: tuple[list[str], str], folder: Path) -> None:
    with pytest.raises(AssertionError, match="failing"):
        compare(folder, "dash" if shutil.which("dash") else "bash", *naive)


def _bodies(names: str) -> st.SearchStrategy[str]:
    stub = st.sampled_from([f"{name} {word}".strip() for name in names for word in ("", '"$X"', "'; &&'")])
    other = st.sampled_from(
        ["cd sub", "X=1", "export X=2", "umask 077", "true", "false", "echo t", "set -e", "set -u", "exit 0", "exit 4",
         'a "${Y:=5}"', ". ./env", "trap 'e bye' EXIT", "Y=$(echo s; false)", "unset X"]
    )  # fmt: skip
    atom = st.one_of(stub, stub, stub, other)
    pipe = st.one_of(atom, atom, atom.map("! {}".format), atom.map("echo p | {}".format))

    def grow(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
        pairs = st.tuples(inner, st.sampled_from([" && ", " && ", " || ", "; "]), inner)
        frames = ["( {} )", "{{ {}; }}", "if {}; then d; fi", "if true; then {}; fi", "for Y in 1 2; do {}; done"]
        nested = st.tuples(st.sampled_from([*frames, "while {}; do break; done"]), inner)
        return st.one_of(pairs.map("".join), pairs.map("".join), nested.map(lambda t: t[0].format(t[1])))

    tree = st.recursive(pipe, grow, max_leaves=4)
    return st.tuples(tree, st.sampled_from(["", "", ";", " ;", " # note", "; # note"])).map("".join)


@pytest.mark.parametrize("round_", range(2))
@settings(max_examples=25, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(left=_bodies("ab"), right=_bodies("bc"))
def test_shells_agree_on_generated_bodies(round_: int, folder: Path, left: str, right: str) -> None:
    bodies = [left, right] if round_ == 0 else [left, "c; X=3", right]
    joined = join(*bodies)
    if isinstance(joined, Refusal):
        event(f"refused: {joined.spec}")
        assert joined.spec == "M08"
        return
    for name, command in SHELLS.items():
        if shutil.which(command[0]):
            compare(folder, name, bodies, joined)
