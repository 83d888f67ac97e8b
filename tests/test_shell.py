"""Reading shell text (M28) and turning it into an argument list (E01-E14, Z06)."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hardener.errors import Refusal
from hardener.shell import Body, Command, Opaque, argv, exec_prefix, parse_shell, unquote
from hardener.syntax.dockerfile.continuations import logical
from hardener.syntax.dockerfile.nodes import Run, ShellForm
from hardener.syntax.dockerfile.parser import parse
from tests.corpus import WILD, needs, needs_program, samples

SHELLS = {"dash": ["dash"], "bash": ["bash"], "busybox": ["busybox", "sh"]}


def body(text: str) -> Body:
    read = parse_shell(text)
    assert isinstance(read, Body), f"{text}: {read}"
    return read


def names(text: str) -> list[str | None]:
    return [command.name for command in body(text).commands]


def one(text: str, name: str) -> Command:
    return next(command for command in body(text).commands if command.name == name)


def top(text: str) -> list[tuple[str, str, str]]:
    return [(item.operator, text[item.start : item.end], item.kind) for item in body(text).top]


def test_all_commands_in_source_order() -> None:
    text = 'a "$(b; c `d`)" && ( e | f ) || { g & }; if h; then i; elif j; then k; else l; fi; case x in y) m;; esac'
    assert names(text) == list("abcdefghijklm")
    assert names("while a; do b; done; for i in $(c); do d; done; f() { e; }; X=$(g) h <f >$(i)") == [*"abcdeh", *"gi"]


def test_what_a_compound_command_redirects_is_a_command_of_its_own() -> None:
    body = parse_shell("while read -r line; do echo $line; done < a > b; { cd x; ls; } >> c")
    assert isinstance(body, Body)
    found = [(c.name, [(r.op, r.target and r.target.raw) for r in c.redirects], c.plain) for c in body.commands]
    assert found == [
        (None, [("<", "a"), (">", "b")], True), ("read", [], False), ("echo", [], False),
        (None, [(">>", "c")], True), ("cd", [], False), ("ls", [], False),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a || c; d", [("", "a", "command"), ("||", "c", "command"), (";", "d", "command")]),
        ("! a | b && c > f", [("", "! a | b", "pipeline"), ("&&", "c > f", "command")]),
        ("a && b | c > f && d", [("", "a", "command"), ("&&", "b | c > f", "pipeline"), ("&&", "d", "command")]),
        ("( a; b ) && { c; } > f;", [("", "( a; b )", "subshell"), ("&&", "{ c; } > f", "group")]),
        ("a\nb # note\n\nc", [("", "a", "command"), ("\n", "b", "command"), ("\n", "c", "command")]),
        ("# first\na", [("", "a", "command")]),
        ("a 'é' && ü \udcff", [("", "a 'é'", "command"), ("&&", "ü \udcff", "command")]),
        ("> f", [("", "> f", "command")]),
        ("", []),
    ],
)  # fmt: skip
def test_top_level_list(text: str, expected: list[tuple[str, str, str]]) -> None:
    assert top(text) == expected


@pytest.mark.parametrize(("text", "terminator"), [("a", ""), ("a;", ";"), ("a &", "&"), ("a \\;", ""), ("a; # b", ";")])
def test_terminator(text: str, terminator: str) -> None:
    assert body(text).terminator == terminator


def test_parts_of_a_command() -> None:
    text = "A=1 B='x y' run 2>>log --flag=\"a b\" <in $Z >&2"
    (command,) = body(text).commands
    assert [(a.name, a.value.value) for a in command.assignments] == [("A", "1"), ("B", "x y")]
    assert [(word.raw, word.value) for word in command.words] == [
        ("run", "run"), ('--flag="a b"', "--flag=a b"), ("$Z", None)]  # fmt: skip
    assert [(r.fd, r.op, r.target and r.target.raw) for r in command.redirects] == [
        ("2", ">>", "log"), ("", "<", "in"), ("", ">&", "2")]  # fmt: skip
    assert all(text[word.start : word.end] == word.raw for word in command.words)


@pytest.mark.parametrize("text", ["[ -f x ]", "test -f x", "export A=1 B", "unset A", "[[ $a == b* ]]", "echo {} \\;"])
def test_words_of_commands_with_a_syntax_of_their_own(text: str) -> None:
    (command,) = body(text).commands
    assert [word.raw for word in command.words] == text.split()
    assert command.name == text.split()[0]


def test_plain_is_the_unconditional_part_of_the_top_level() -> None:
    text = "a && b; c || d; ( e ); { f; }; g | h; ! i; if j; then k; fi; l $(m); n() { o; }; p & q"
    plain = {command.name for command in body(text).commands if command.plain}
    assert plain == {"a", "b", "l", "q"}


def test_context() -> None:
    text = "if a; then ( b | c ); fi && f() { x=$(d) && e; } || ! g &"
    assert one(text, "a").context.inside == ("if",)
    assert (one(text, "b").context.subshell, one(text, "b").context.position) == (1, 0)
    assert one(text, "c").context.position == 1
    assert one(text, "d").context.substitution
    assert one(text, "e").context.function
    assert (one(text, "e").context.before, one(text, "e").context.guarded) == ("&&", True)
    assert one(text, "g").context.negated
    assert all(command.context.background for command in body(text).commands if not command.context.substitution)


@pytest.mark.parametrize(
    "text",
    [
        "a &&", "a | | b", "a;; b", "'a", 'a "b', "a $(b", "( a", "{ a", "if a; then b", "case x in a) b", "fi", "; a",
        "a ; ; b", "a & & b", "a && ; b", "! { a; }; }", "((x=1))", "cat <<A <<B\nx\nA\ny\nB", "cat <<A && b\nx\nA",
        "a\0b", "\\ a b", "a && \\ b", "} a", "{ a; } b",
    ],
)  # fmt: skip
def test_opaque(text: str) -> None:
    read = parse_shell(text)
    assert isinstance(read, Opaque)
    assert read.reason


def test_a_deep_nest_is_opaque_or_read_but_never_an_error() -> None:
    assert isinstance(parse_shell("( " * 3000 + "a" + " )" * 3000), Opaque | Body)


@pytest.mark.parametrize(
    ("raw", "value"),
    [
        ("a", "a"), ("'a b'", "a b"), ('"a b"', "a b"), (r"a\ b", "a b"), ("'a'\"b\"c", "abc"), ("''", ""),
        (r'"\a\"\\\$"', '\\a"\\$'), (r"'\a'", r"\a"), ("$x", None), ('"$x"', None), ("'$x'", "$x"), (r"\$x", "$x"),
        ("a$", "a$"), ('"a$"', "a$"), ("`x`", None), ("*.c", None), ("'*.c'", "*.c"), ("a?", None), ("[a]", None),
        ("[", "["), ("~/x", None), ("a~", "a~"), ("--x=~/y", None), ("{a,b}", None), ("{1..3}", None), ("{}", "{}"),
        ("{a}", "{a}"), ("'{a,b}'", "{a,b}"), ("{'a,b'}", "{a,b}"), ("{'a',b}", None), ("$'a'", None), ('$"a"', None),
        ("<(a)", None), ("a#b", "a#b"), ("é", "é"), ("\\\nx", "x"),
    ],
)  # fmt: skip
def test_unquote(raw: str, value: str | None) -> None:
    assert unquote(raw) == value


@pytest.mark.parametrize(
    ("spec", "text", "expected"),
    [
        ("E00", "python3 -m http.server 8000", ("python3", "-m", "http.server", "8000")),
        ("E06", 'echo "a b" \'c"d\' e\\ f', ("echo", "a b", 'c"d', "e f")),
        ("E06", "node -e \"console.log('x y')\"", ("node", "-e", "console.log('x y')")),
        ("E21", "  a   b  # note", ("a", "b")),
        ("E21", "a;", ("a",)),
        ("E06", "run '$HOME' '' a#b x=y", ("run", "$HOME", "", "a#b", "x=y")),
    ],
)
def test_argv(spec: str, text: str, expected: tuple[str, ...]) -> None:
    assert argv(text) == expected, spec


@pytest.mark.parametrize(
    ("spec", "text"),
    [
        ("E01", "gunicorn -b 0.0.0.0:$PORT"),
        ("E01", 'a "$(b)"'),
        ("E01", "a `b`"),
        ("E02", "java -jar /app/*.jar"),
        ("E02", "a ~/x"),
        ("E02", "a {b,c}"),
        ("E03", "migrate && server"),
        ("E03", "a | tee log"),
        ("E03", "a > /log 2>&1"),
        ("E03", "a &"),
        ("E03", "a; b"),
        ("E03", "curl -f http://localhost/ || exit 1"),
        ("E03", "( a )"),
        ("E03", "! a"),
        ("E03", ""),
        ("E03", "a 'b"),
        ("E04", "cd /app"),
        ("E04", "[ -f /healthy ]"),
        ("E04", "test -f /healthy"),
        ("E04", ". /run"),
        ("E04", "exit 1"),
        ("E04", "while true; do a; done"),
        ("E04", "echo 'a\\nb'"),
        ("E04", "printf x"),
        ("E04", "'' a"),
        ("E05", "NODE_ENV=production node a.js"),
        ("E05", "A=1"),
        ("E01", "$CMD a"),
        ("E14", 'exec a "b"'),
    ],
)
def test_argv_refused(spec: str, text: str) -> None:
    refusal = argv(text)
    assert isinstance(refusal, Refusal)
    assert refusal.spec == spec


@pytest.mark.parametrize(
    ("spec", "text", "expected"),
    [
        ("E01", "gunicorn -b 0.0.0.0:$PORT", "exec gunicorn -b 0.0.0.0:$PORT"),
        ("E02", "java -jar /app/*.jar", "exec java -jar /app/*.jar"),
        ("E03", "migrate && server", "migrate && exec server"),
        ("E03", "a > /log 2>&1", "exec a > /log 2>&1"),
        ("E04", "cd /app && node a.js", "cd /app && exec node a.js"),
        ("E04", "ulimit -n 65535 && app;", "ulimit -n 65535 && exec app;"),
        ("E05", "NODE_ENV=production node a.js", "NODE_ENV=production exec node a.js"),
        ("E11", "( a || b ) && 'é' && c", "( a || b ) && 'é' && exec c"),
    ],
)
def test_exec_prefix(spec: str, text: str, expected: str) -> None:
    at = exec_prefix(text)
    assert isinstance(at, int), spec
    assert text[:at] + "exec " + text[at:] == expected


@pytest.mark.parametrize(
    ("spec", "text"),
    [
        ("E11", "server; rm -f /run/pid"),
        ("E11", "server || sleep infinity"),
        ("E11", "a && b || c"),
        ("E11", "server | tee /log"),
        ("E11", "while true; do a; done"),
        ("E11", "( a )"),
        ("E11", "! a"),
        ("E11", "trap 'b' TERM && a"),
        ("E03", "a &"),
        ("E03", "a & b"),
        ("E03", "cat <<E\nx\nE"),
        ("E04", "cd /app"),
        ("E05", "A=1"),
        ("E14", "exec a"),
        ("E14", "$CMD a"),
    ],
)
def test_exec_prefix_refused(spec: str, text: str) -> None:
    refusal = exec_prefix(text)
    assert isinstance(refusal, Refusal)
    assert refusal.spec == spec


# Z06: what a program sees


@pytest.fixture(scope="session")
def show(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a program that writes its name and its arguments, each ended by NUL, behind a mark."""
    tool = tmp_path_factory.mktemp("bin") / "show"
    tool.write_text('#!/bin/sh\nprintf "%s\\0" show "$@" END\n')
    tool.chmod(0o755)
    return tool


PIECES = [
    "a", "=", "#", "'x y'", "'\"$*'", '"x  y"', '"\\"\\$\\`\\\\\\n"', "\"it's\"", "\\ ", "\\'", "\\#", "\\;", "''", "~",
    "é", "%", "{}", "]", "!", "^", "{x", ",", "$", "*", "?", "$HOME", '"$HOME"', "-", "1", "+", "@", ":", "\\\\",
    '"a$"', "..",
]  # fmt: skip
WORDS = st.lists(st.sampled_from(PIECES), min_size=1, max_size=4).map("".join)
LINES = st.lists(WORDS, min_size=0, max_size=4).map(lambda words: " ".join(["show", *words]))


@settings(max_examples=20, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(lines=st.lists(LINES, min_size=15, max_size=25))
def test_a_program_sees_the_same_arguments(lines: list[str], show: Path) -> None:
    literal = [(line, found) for line in lines if isinstance(found := argv(line), tuple)]
    script = "\n".join(line for line, _ in literal)
    for name, command in SHELLS.items():
        if shutil.which(command[0]) is None:
            continue
        env = {"PATH": f"{show.parent}:/usr/bin:/bin", "HOME": "/somewhere"}
        done = subprocess.run([*command, "-c", script], capture_output=True, env=env, cwd=show.parent, check=True)
        seen = done.stdout.decode().split("END\0")[:-1]
        assert len(seen) == len(literal)
        for (line, found), got in zip(literal, seen, strict=True):
            assert tuple(got.split("\0")[:-1]) == found, f"{name}: {line}"


@pytest.mark.parametrize("shell", [pytest.param(s, marks=needs_program(SHELLS[s][0])) for s in SHELLS])
@pytest.mark.parametrize("text", ['show "a b" \'c"d\' e\\ f', "A=1 show x", "true && show {} \\; '$x'"])
def test_exec_changes_no_argument(text: str, shell: str, show: Path) -> None:
    at = exec_prefix(text)
    assert isinstance(at, int)
    env = {"PATH": f"{show.parent}:/usr/bin:/bin"}
    before, after = (
        subprocess.run([*SHELLS[shell], "-c", each], capture_output=True, env=env, check=True).stdout
        for each in (text, text[:at] + "exec " + text[at:])
    )
    assert before == after
    assert before.startswith(b"show\0")


# Real files


def _bodies() -> list[str]:
    found = {}
    for sample in samples(WILD)[:400]:
        tree = parse(sample.data.decode("utf-8", "surrogateescape"))
        for stage in tree.stages:
            for node in stage.body:
                if isinstance(node, Run) and isinstance(node.arguments, ShellForm) and "<<" not in node.text:
                    found[logical(node.text, tree.escape).text] = None
    return list(found)


@needs(WILD)
@pytest.mark.skipif(shutil.which("bash") is None, reason="bash is not installed here")
def test_what_bash_refuses_is_opaque() -> None:
    """`bash -n` reads the bodies as one script of functions."""
    bodies = [read for read in map(parse_shell, _bodies()) if isinstance(read, Body)]
    readable = [read.text for read in bodies if read.top]
    assert len(readable) > 300
    script = "\n".join(f"f{n}() {{\n{text}\n}}" for n, text in enumerate(readable))
    done = subprocess.run(
        ["bash", "-n"], input=script.encode("utf-8", "surrogateescape"), capture_output=True, check=False
    )
    assert done.returncode == 0, done.stderr.decode(errors="replace")[:500]


@needs(WILD)
def test_spans_and_words_of_real_bodies() -> None:
    """Spans name what they say, are in order, and no top-level item overlaps the next."""
    for text in _bodies():
        read = parse_shell(text)
        if isinstance(read, Opaque):
            continue
        for command in read.commands:
            assert all(text[word.start : word.end] == word.raw for word in command.words)
            assert all(command.start <= word.start < word.end <= command.end for word in command.words)
        ends = 0
        for item in read.top:
            assert ends <= item.start < item.end
            gap = text[ends : item.start].split("#")[0].strip()
            assert gap in ("", ";", "&", "&&", "||"), text
            ends = item.end


def test_the_grammar_is_loaded_late_and_without_its_package() -> None:
    program = (
        "import sys, json; from hardener import shell; early = 'tree_sitter' in sys.modules;"
        "shell.parse_shell('a'); print(json.dumps([early, 'importlib.resources' in sys.modules]))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert json.loads(done.stdout) == [False, False]


@pytest.mark.parametrize(
    "text",
    ["if];then l;fi", "if[ -f x ];then l;fi", 'if a;then"b";fi', "for x in a;do$b;done", ">2>1", "a >2<f", "a;{ }",
     "if a; then fi", "while a; do done", "f() { }", "if a; then b; else fi", "{ # c\n}", "for x in a; do # c\ndone"],
)  # fmt: skip
def test_what_no_shell_reads_is_not_read(text: str) -> None:
    assert isinstance(parse_shell(text), Opaque)
    assert subprocess.run(["sh", "-n"], input=text.encode(), capture_output=True, check=False).returncode != 0


@pytest.mark.parametrize(
    "text",
    [
        "echo done! if]",
        "if a;then b;fi>f",
        'echo \'fi"\' "do$x"',
        "(if a;then b;fi)",
        "a >2 >1",
        "case x in y) ;; esac",
        "if a; then b; elif c; then d; else e; fi",
    ],
)
def test_reserved_words_in_words_are_words(text: str) -> None:
    assert isinstance(parse_shell(text), Body)
