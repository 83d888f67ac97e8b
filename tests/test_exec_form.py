"""Shell form against exec form with real shells, and what runtime rules know of shells, scripts and files."""

from __future__ import annotations

import json
import os
import subprocess
import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hardener import DockerfileSyntaxError, Options, Safety, harden, parse
from hardener.errors import Refusal
from hardener.image.launched import ShellCall, execs, script_execs, script_starts_init, shell_call
from hardener.image.process import is_tool_box, shell_refusal
from hardener.shell import argv
from tests.parts import known
from tests.shelltrace import SHELLS

#: prints the argument list it was started with, the name it was called by first
_STUB = '#!/bin/sh\nprintf \'%s\\0\' "${0##*/}" "$@"\n'
ENVIRONMENTS = ({}, {"IFS": ",x", "A": "a b", "HOME": "/h"}, {"A": "*", "x": "y", "PWD": "/nowhere"})
_TEXT = st.text(st.characters(codec="utf-8", exclude_characters="\0\n\r"), max_size=8)
_BARE = st.text(st.sampled_from("abzAZ019_-+./,:@%=^"), min_size=1, max_size=8)
_SINGLE = _TEXT.map(lambda text: "'" + text.replace("'", "") + "'")
_DOUBLE = st.text(st.sampled_from("ab '\\\"$`*?[~{,}#&|;<>()!é"), max_size=8).map(lambda text: f'"{text}"')
_ESCAPED = st.sampled_from(
    ["\\ ", "\\$", "\\*", "\\\\", "\\'", '\\"', "\\#", "\\a", "#", "~", "*", "{a,b}", "$A", "$", "!"]
)
_WORD = st.lists(st.one_of(_BARE, _SINGLE, _DOUBLE, _ESCAPED), min_size=1, max_size=4).map("".join)
COMMANDS = st.lists(_WORD, max_size=5).map(lambda words: " ".join(["prog", *words]))


@pytest.fixture(scope="module")
def stub():
    with tempfile.TemporaryDirectory(prefix="harden-argv-") as folder:
        path = Path(folder) / "prog"
        path.write_text(_STUB)
        path.chmod(0o755)
        yield path


def recorded(shell: list[str], text: str, stub: Path, extra: dict[str, str]) -> list[str] | None:
    env = {"PATH": f"{stub.parent}:{os.environ['PATH']}", **extra}
    done = subprocess.run(
        [*shell, "-c", text], env=env, cwd=stub.parent, capture_output=True, stdin=subprocess.DEVNULL, check=False
    )
    return done.stdout.decode().split("\0")[:-1] if done.returncode == 0 and done.stdout else None


@settings(max_examples=60, deadline=None)
@given(text=COMMANDS)
def test_the_array_is_what_every_shell_passes(text: str, stub: Path) -> None:
    """Z06: what a program gets from `sh -c <text>` is what the JSON array holds, whatever the environment."""
    if isinstance(argv(text), Refusal) or text != text.strip():
        return
    result = harden(f"FROM debian:trixie-slim\nCMD {text}\n", options=Options(select=frozenset({"exec-form"})))
    line = result.code.splitlines()[-1]
    if not line.startswith("CMD ["):
        return
    array = json.loads(line[4:])
    for name, shell in SHELLS:
        for extra in ENVIRONMENTS:
            assert recorded(shell, text, stub, extra) == array, (name, extra, text)


@pytest.mark.parametrize(
    "text",
    [
        "prog 'a  b' \"c'd\" e\\ f",
        "prog a=b --x='y z'",
        "prog \"\\$A \\\\ \\q\" '$A'",
        "prog a#b 'x#y'",
        "prog \"\" ''",
        "prog é%s",
    ],
)
def test_words_that_are_rewritten(text: str, stub: Path) -> None:
    array = argv(text)
    assert not isinstance(array, Refusal)
    assert SHELLS
    for _, shell in SHELLS:
        assert recorded(shell, text, stub, {"A": "x y"}) == list(array)


@pytest.mark.parametrize(
    "text", ["prog $A", "prog *", "prog ~", "prog {a,b}", "prog a;b", "prog `b`", "prog 'a", "prog a # b"]
)
def test_words_that_need_a_shell_or_are_cut(text: str, stub: Path) -> None:
    array = argv(text)
    if not isinstance(array, Refusal):
        assert all(recorded(shell, text, stub, {}) == list(array) for _, shell in SHELLS)
    else:
        assert array.spec in ("E01", "E02", "E03", "E06")


@pytest.mark.parametrize("extra", ENVIRONMENTS)
def test_exec_before_the_last_command_runs_the_same(extra: dict[str, str], stub: Path) -> None:
    for text in ("prog $A b", "cd / && prog ~", "B=1 prog x", 'prog a && prog "$A"'):
        result = harden(f"FROM debian:trixie-slim\nCMD {text}\n", options=Options(select=frozenset({"exec-form"})))
        new = result.code.splitlines()[-1][4:]
        assert "exec prog" in new
        env = {"PATH": f"{stub.parent}:{os.environ['PATH']}", **extra}
        for _, shell in SHELLS:
            runs = [subprocess.run([*shell, "-c", t], env=env, capture_output=True, check=False) for t in (text, new)]
            assert runs[0].stdout
            assert (runs[0].stdout, runs[0].returncode) == (runs[1].stdout, runs[1].returncode)


def test_elements_that_are_no_text_are_refused() -> None:
    """P16: BuildKit accepts strings only."""
    with pytest.raises(DockerfileSyntaxError, match="strings only"):
        parse('FROM alpine\nCMD ["sleep", 10]\n')


def test_what_is_not_utf8_stays(tmp_path: Path) -> None:
    """E22: a JSON array with other bytes would be read as something else."""
    source = b'FROM debian:trixie-slim\nCMD serve "gr\xfc\xdf"\n'
    result = harden(source, options=Options(level=Safety.UNSAFE, select=frozenset({"exec-form"})))
    assert not result.changed
    assert [f.refusal.spec for f in result.findings if f.refusal] == ["E22"]


@pytest.mark.parametrize(
    ("words", "call"),
    [
        (("sh", "-c", "a"), ShellCall(True, 2)),
        (("/bin/bash", "-lc", "a", "x"), ShellCall(True, 2)),
        (("bash", "-eo", "pipefail", "-c", "a"), ShellCall(True, 4)),
        (("bash", "-euxo", "pipefail", "-c", "--", "a"), ShellCall(True, 5)),
        (("bash", "--login", "start.sh", "-c"), ShellCall(False, 2)),
        (("sh", "start.sh"), ShellCall(False, 1)),
        (("bash", "-l"), None),
        (("/bin/sh", "-c"), None),
        (("node", "-c", "a"), None),
    ],
)
def test_what_a_shell_is_given(words: tuple[str, ...], call: ShellCall | None) -> None:
    assert shell_call(words) == call


@pytest.mark.parametrize(
    ("text", "replaces"),
    [
        ("exec a", True), ("cd /x && exec a", True), ("A=1 exec a", True), ("b; exec a", True), ('exec "$@"', True),
        ("a", False), ("a exec b", False), ("exec a | tee x", False), ("exec a &", False), ("b || exec a", False),
        ("exec > /log", False), ("exec a && b", False), ("echo 'exec a'", False),
    ],
)  # fmt: skip
def test_texts_that_replace_their_shell(text: str, replaces: bool) -> None:
    assert execs(text) is replaces


@pytest.mark.parametrize(
    ("script", "replaces"),
    [
        (b'#!/bin/sh\nset -e\nexec "$@"\n', True),
        (b"#!/bin/bash\nexec a \\\n  --x\n# end\n", True),
        (b"#!/usr/bin/env bash\nnode a.js\n", False),
        (b"node a.js\r\n", False),
        (b"#!/bin/sh\nif x; then\n  exec a\nfi\n", None),
        (b"#!/usr/bin/env python3\nmain()\n", True),
        (b"\x7fELF\x02", True),
        (b"#!/bin/sh\n", None),
    ],
)
def test_scripts_that_replace_their_shell(script: bytes, replaces: bool | None) -> None:
    assert script_execs(script) is replaces


def test_scripts_that_start_an_init() -> None:
    assert script_starts_init(b'#!/bin/sh\nexec /usr/bin/tini -- "$@"\n')
    assert script_starts_init(b"#!/bin/sh\nset -e; exec gosu app dumb-init node a.js\n")
    assert not script_starts_init(b"#!/bin/sh\n# tini -- would do\nexec node a.js\n")
    assert not script_starts_init(b"#!/bin/sh\nexec node tinify.js\n")


@pytest.mark.parametrize(
    "shell",
    [
        ("/bin/sh", "-c"),
        ("/bin/bash", "-o", "pipefail", "-c"),
        ("bash", "-exo", "pipefail", "-c"),
        ("/bin/ash", "-eo", "pipefail", "-c"),
    ],
)
def test_shells_that_read_an_added_run(shell: tuple[str, ...]) -> None:
    assert shell_refusal(shell) is None


@pytest.mark.parametrize(
    "shell", [None, ("python3", "-c"), ("pwsh", "-Command"), ("/bin/bash",), ("cmd", "/S", "/C"), ()]
)
def test_shells_that_do_not(shell: tuple[str, ...] | None) -> None:
    assert isinstance(shell_refusal(shell), Refusal)


def test_tool_boxes() -> None:
    assert all(is_tool_box(words) for words in (("bash",), ("/bin/bash", "-l"), ("sh", "-i"), ("python3",)))
    assert not any(
        is_tool_box(words) for words in (("sh", "start.sh"), ("bash", "-c", "a"), ("node", "a.js"), ("/bin/sh", "-c"))
    )


SCRIPT = ("COPY e /e", 'ENTRYPOINT ["/e"]', "CMD node app")


def formed(*lines: str, script: str = "", base: str = "debian:12") -> str:
    """Return the last line that exec-form makes of a file, or the id of the reason why it makes none."""
    files = known(texts={"e": script} if script else {}, mode=0o755)
    chosen = Options(
        level=Safety.UNSAFE,
        select=frozenset({"exec-form"}),
        resolve=files.facts.get,
        find_builds=lambda: files.builds,
    )
    result = harden("\n".join((f"FROM {base}", *lines, "")), options=chosen)
    assert not result.faults
    held = [finding.refusal.spec for finding in result.findings if finding.refusal is not None]
    assert all((finding.doubt == "") == (finding.safety != Safety.UNSAFE) for finding in result.findings)
    return result.code.splitlines()[-1] if result.changed else " ".join(held)


@pytest.mark.parametrize(
    ("script", "hands_on"),
    [
        ('#!/bin/sh\nexec "$@"\n', True), ('#!/bin/sh\nset -e\nexec "$@"\n', True), ('#!/bin/sh\ntrue; "$@"', True),
        ('#!/bin/sh\ntrue && exec "$@"\n', False), ('#!/bin/sh\n! exec "$@"\n', False), ("#!/bin/sh\n", False),
        ('#!/bin/sh\nexec "$@" x\n', False), ('#!/bin/sh\nshift\nexec "$@"\n', False),
        ('#!/bin/sh\necho $1\nexec "$@"\n', False), ('#!/bin/sh\nif then\nexec "$@"\n', False),
        ('#!/bin/sh\r\nexec "$@"\r\n', False), ('exec "$@"\n', False),
        ('#!/bin/sh\nset -e\nf() { echo $1; }\nexec "$@"\n', True),
        ('#!/bin/sh\ntrue\ntrue\ntrue\nf() { echo $1; }\necho $2\nexec "$@"\n', False),
    ],
)  # fmt: skip
def test_a_start_script_hands_on_what_it_gets(script: str, hands_on: bool) -> None:
    assert formed(*SCRIPT, script=script) == ('CMD ["node", "app"]' if hands_on else "E09")


@pytest.mark.parametrize(
    "line", ["HEALTHCHECK NONE", "HEALTHCHECK --interval=9s NONE", 'CMD ["node", "app"]', "CMD []"]
)
def test_what_no_shell_reads_stays(line: str) -> None:
    assert formed(line) == ""


def test_an_entry_point_on_an_image_that_nobody_knows() -> None:
    assert formed('ENTRYPOINT ["/x"]', "CMD node app", base="example.com/x:1") == "E09"


@pytest.mark.parametrize(
    ("text", "made"),
    [
        ("[ node app ]", "P15"), ("[ -f /a ] && node app", "CMD [ -f /a ] && exec node app"),
        ("[node x ] && node app", "P15"), ("[ -f /a && node", "P15"), ("[ 'open", "P15"),
        ("[ node ]", "P15"), ("[ab -f x ] && node app", "P15"),
    ],
)  # fmt: skip
def test_a_text_that_looks_like_an_array(text: str, made: str) -> None:
    assert formed(f"CMD {text}") == made


@pytest.mark.parametrize(("text", "replaces"), [("node app", True), ("cd /a && node app", True), ("echo hi", False)])
def test_only_a_program_replaces_its_shell(text: str, replaces: bool) -> None:
    result = harden(f"FROM alpine:3.22\nCMD {text}\n", options=Options(select=frozenset({"exec-form"})))
    assert ["replaces itself" in finding.message for finding in result.findings] == [replaces]
