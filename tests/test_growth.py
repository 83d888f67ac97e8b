"""The work grows with the length of the file and no faster: calls are counted, not seconds."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterator

import pytest

from hardener import Options, Safety, harden
from hardener.fast.records import replace
from hardener.rules.add_user import beside_sources
from hardener.rules.unused_tools import calls as calls_of_tools

OPTIONS = Options(level=Safety.UNSAFE)


def many(n: int, part: Callable[[int], str]) -> str:
    return "".join(map(part, range(n)))


BASE = "FROM debian:trixie-slim\n"
#: what a file of n parts looks like; the mark keeps caches from knowing one size from the other
SHAPES: dict[str, Callable[[int, str], str]] = {
    "comments": lambda n, m: BASE + f"ENV A={m}\n# c\n" * n,
    "installs": lambda n, m: BASE + many(n, lambda i: f"RUN apt-get update && apt-get install -y curl p{m}{i}\n"),
    "merged": lambda n, m: BASE + many(n, lambda i: f"RUN echo {m}{i}\n"),
    "variables": lambda n, m: BASE + many(n, lambda i: f"RUN a{m}{i}=1; echo ${{b{i}}}\n"),
    "kept apart": lambda n, m: BASE + many(n, lambda i: f"RUN echo {m}{i}\nWORKDIR /a\n"),
    "copies": lambda n, m: BASE + many(n, lambda i: f"COPY {m}{i} /b{i}\nRUN chmod 755 /b{i}\n") + "CMD node a\n",
    "stages": lambda n, m: many(n, lambda i: f"FROM debian:13 AS {m}{i}\nRUN echo\nCOPY --from={m}{i - 1} /a /b\n"),
    "bases": lambda n, m: "FROM debian:13 AS a0\n" + many(n, lambda i: f"FROM a{i} AS a{i + 1}\nUSER {m}\n"),
    "heredocs": lambda n, m: BASE + many(n, lambda i: f"RUN <<E{i}\necho {m}{i}\nE{i}\n"),
    "one long body": lambda n, m: BASE + "RUN " + " && \\\n# c\n  ".join(f"echo {m}{i}" for i in range(n)) + "\n",
    "one long install": lambda n, m: BASE + "RUN apt-get install -y" + many(n, lambda i: f" p{m}{i} \\\n") + "\n",
    "environment": lambda n, m: BASE + many(n, lambda i: f"ENV {m}{i}=${m}{i - 1}x\n"),
    "arguments": lambda n, m: BASE + many(n, lambda i: f"ARG {m}{i}=b\nRUN echo ${m}{i}\n"),
    "pip": lambda n, m: "FROM python:3.12\n" + many(n, lambda i: f"RUN pip install {m}{i}\n") + "CMD python a.py\n",
    "ignored": lambda n, m: BASE + many(n, lambda i: f"# harden: ignore[merge-run] x\nRUN echo {m}{i}\n"),
    "users": lambda n, m: "FROM node:22\n" + f"USER node\nRUN echo {m}\nUSER root\n" * n + "CMD node a\n",
    "npm": lambda n, m: "FROM node:22\n" + many(n, lambda i: f"RUN npm install {m}{i}\n") + "CMD npm start\n",
    "built on": lambda n, m: "FROM debian AS a0\n" + many(n, lambda i: f"FROM a{i} AS a{i + 1}\nRUN echo {m}{i}\n"),
    "settings": lambda n, m: "FROM python:3\n" + many(n, lambda i: f"ENV {m}{i}=a\nRUN pip install {m}{i}\n"),
    "lists": lambda n, m: BASE + many(n, lambda i: f"RUN apt-get install -y {m}{i}; true\n") + 'CMD ["/a"]\n',
    "triggers": lambda n, m: BASE + f"ONBUILD RUN echo {m}\n" * n,
}  # fmt: skip


def calls(text: str) -> int:
    """Return how many functions a run over a text calls."""
    count = 0

    def seen(_: object, event: str, __: object) -> None:
        nonlocal count
        count += event in ("call", "c_call")

    sys.setprofile(seen)
    try:
        harden(text, options=OPTIONS)
    finally:
        sys.setprofile(None)
    return count


@pytest.mark.parametrize("shape", SHAPES)
def test_twice_the_length_is_twice_the_work(shape: str) -> None:
    make = SHAPES[shape]
    harden(make(3, "w"), options=OPTIONS)
    single, double = calls(make(100, "x")), calls(make(200, "y"))
    assert double < 2.25 * single, f"{single} calls, then {double}"


def test_variables_of_a_source_are_looked_for_once_for_all(monkeypatch: pytest.MonkeyPatch) -> None:
    looked: list[str] = []
    real = beside_sources._USE.finditer

    class Counting:
        def finditer(self, text: str) -> Iterator[re.Match[str]]:
            looked.append(text)
            return real(text)

    monkeypatch.setattr(beside_sources, "_USE", Counting())
    source = many(50, lambda i: f"const a{i} = path.join(__dirname, '..');\nconst b{i} = path.join(a{i}, 'x{i}');\n")
    paths = [path for path, _ in beside_sources._named(source, "/app/src", "/app")]
    assert {"/app", "/app/x0", "/app/x49"} <= set(paths)
    assert len(looked) == 1


def test_a_tool_is_looked_for_once_for_all_that_install_it(monkeypatch: pytest.MonkeyPatch) -> None:
    looked: list[str] = []
    real = calls_of_tools.calls

    def counting(package: str, text: str) -> bool:
        looked.append(text)
        return real(package, text)

    monkeypatch.setattr(calls_of_tools, "calls", counting)
    for lines in (3, 60):
        looked.clear()
        text = BASE + many(lines, lambda i: f"RUN apt-get install -y curl p{i}\nWORKDIR /a\n") + 'CMD ["/a"]\n'
        harden(text, options=replace(OPTIONS, select=frozenset({"unused-tools"})))
        assert len(looked) == 3  # what the image says, what runs around it, what the build says
