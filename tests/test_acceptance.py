"""What is taken as a Dockerfile is what today's BuildKit builds; what is refused says where, and what was meant."""

from __future__ import annotations

import os
import subprocess
from collections import Counter
from pathlib import Path

import pytest

from hardener import DockerfileSyntaxError, harden, parse
from hardener.image.model import Model
from hardener.syntax.dockerfile.checks import check
from hardener.syntax.dockerfile.nodes import Healthcheck
from hardener.syntax.dockerfile.views import HealthcheckWords, healthcheck_words
from tests.corpus import WILD, needs, samples

S = "FROM scratch\n"
#: (text, line, column, part of the message); all but the ones marked with `*` were put to BuildKit
REFUSED = [
    ("FORM ubuntu\n", 1, 1, "did you mean FROM?"),
    (S + "RNU true\n", 2, 1, "did you mean RUN?"),
    (S + "RUN\n", 2, 1, "RUN needs a command"),
    (S + "RUN []\n", 2, 5, "RUN needs a command"),
    ("FROM a b c\n", 1, 8, "FROM needs `image` or `image AS name`"),
    ("FROM\n", 1, 1, "found nothing"),
    ("FROM scratch AS 1b\n", 1, 17, "invalid stage name 1b"),
    ("FROM scratch AS a/b\n", 1, 17, "invalid stage name"),
    ("FROM --foo=a scratch\n", 1, 6, "unknown flag --foo"),
    ("FROM --platfrom=linux/amd64 scratch\n", 1, 6, "did you mean --platform?"),
    ("FROM --platform=amd46 scratch\n", 1, 17, "neither an operating system nor an architecture"),
    ("FROM scratch AS build\nFROM Build\n", 2, 6, "did you mean build?"),
    ("FROM --platform=$BULIDPLATFORM scratch\n", 1, 17, "did you mean $BUILDPLATFORM?"),
    ("FROM Ubuntu:22.04\n", 1, 6, "did you mean ubuntu:22.04?"),
    ("FROM https://ghcr.io/a/b\n", 1, 6, "leave out the protocol"),
    ("FROM node:%%TAG%%\n", 1, 6, "harden the file that the template makes"),
    ("FROM ${X}\n", 1, 6, "declare it with ARG"),
    ("FROM node:$X\n", 1, 6, "declare its variable with ARG"),
    ("ARG X\nUSER 1000\nFROM ${X}\n", 2, 1, "USER before the first FROM"),
    ("ENV a=b\nFROM scratch\n", 1, 1, "ENV before the first FROM"),
    ("ARG a\n", 1, 1, "no FROM"),
    ("", 1, 1, "the file has no instructions"),
    ("# check=skip=a\n# check=skip=b\nFROM scratch\n", 2, 1, "only one check"),
    (S + "EXPOSE abc\n", 2, 8, "'abc' is no port"),
    (S + "EXPOSE 80 # http\n", 2, 11, "'#' is no port"),
    (S + "EXPOSE 80,443\n", 2, 8, "is no port"),
    (S + "EXPOSE 70000\n", 2, 8, "up to 65535"),
    (S + "EXPOSE 90-80\n", 2, 8, "is no port"),
    (S + "EXPOSE 80/foo\n", 2, 8, "'foo' is no protocol"),
    (S + "EXPOSE\n", 2, 1, "EXPOSE needs an argument"),
    *(
        (S + f"{name}\n", 2, 1, f"{name} needs")
        for name in ("USER", "WORKDIR", "STOPSIGNAL", "MAINTAINER", "ARG", "ENV")
    ),
    *((S + f"{name}\n", 2, 1, f"{name} needs") for name in ("LABEL", "VOLUME", "SHELL", "HEALTHCHECK", "ONBUILD")),
    (S + "COPY a\n", 2, 1, "at least two arguments"),
    (S + 'ADD ["a"]\n', 2, 1, "at least two arguments"),
    (S + "COPY a <<E\nE\n", 2, 8, "cannot copy to a heredoc"),
    (S + "COPY --from=0 a /\n", 2, 6, "cannot copy from itself"),
    (S + "COPY --from=7 a /\n", 2, 6, "there is no stage 7"),
    (
        S + "COPY --from=b a /\nFROM scratch AS b\nFROM scratch\nFROM scratch AS c\nCOPY --from=9 a /\n",
        6,
        6,
        "no stage 9",
    ),
    ("FROM scratch AS a\nCOPY --from=a a /\n", 2, 6, "cannot copy from itself"),
    (S + "COPY --from=Bad a /\n", 2, 6, "neither a stage nor an image reference"),
    (S + "COPY --from=$X a /\n", 2, 6, "holds a variable"),
    (S + "COPY --chown=a --chown=b a /\n", 2, 16, "--chown stands twice"),
    (S + "COPY --link=yes a /\n", 2, 6, "true or false"),
    (S + "COPY --chown a /\n", 2, 6, "--chown needs a value"),
    (S + "COPY https://a.b/c /\n", 2, 6, "use ADD"),
    (S + "COPY git@github.com:a/b /\n", 2, 6, "use ADD"),
    (S + "COPY --chmod=999 a /\n", 2, 14, "'999' is no mode"),  # * taken by the engine of 2024
    (S + 'COPY "a b" /\n', 2, 6, "the double quote is never closed"),
    (S + "ADD --from=x a /\n", 2, 5, "unknown flag --from"),
    (S + "ADD --checksum=sha256:1 a /\n", 2, 5, "--checksum is for a source that ADD fetches"),
    (S + "ENV x\n", 2, 1, "two arguments"),
    (S + 'ENV A="x\n', 2, 7, "the double quote is never closed"),
    (S + "ENV A=${B\n", 2, 7, "a '}' is missing"),
    (S + "LABEL =x\n", 2, 7, "needs a name before the `=`"),
    (S + "ARG =x\n", 2, 5, "needs a name before the `=`"),
    (S + "ENV --x A=1\n", 2, 5, "ENV takes no flags"),
    (S + "WORKDIR ${X\n", 2, 9, "a '}' is missing"),
    (S + "STOPSIGNAL SIGFOO\n", 2, 12, "is no signal"),
    (S + "STOPSIGNAL 0\n", 2, 12, "0 is no signal"),
    (S + "SHELL /bin/bash -c\n", 2, 7, "needs a JSON array"),
    (S + "SHELL []\n", 2, 7, "SHELL needs a program"),
    (S + 'VOLUME [""]\n', 2, 1, "a path is empty"),
    (S + "HEALTHCHECK FOO\n", 2, 13, "needs CMD or NONE"),
    (S + "HEALTHCHECK CMD\n", 2, 13, "needs a command"),
    (S + "HEALTHCHECK NONE x\n", 2, 18, "takes no arguments"),
    (S + "HEALTHCHECK --interval=3 CMD x\n", 2, 13, "is no duration"),
    (S + "HEALTHCHECK --interval=-3s CMD x\n", 2, 13, "shorter than 1ms"),
    (S + "HEALTHCHECK --interval=3s --timeout=9223372037s CMD x\n", 2, 27, "longer than Go counts"),
    (S + "HEALTHCHECK --start-interval=1ns CMD x\n", 2, 13, "shorter than 1ms"),
    (S + "HEALTHCHECK --start-period=3S CMD x\n", 2, 13, "is no duration"),
    (S + "HEALTHCHECK --retries=2147483648 CMD x\n", 2, 13, "no number of retries"),
    (S + "HEALTHCHECK --interval=3s --interval=4s CMD x\n", 2, 27, "stands twice"),
    (S + "HEALTHCHECK --retries=x CMD x\n", 2, 13, "no number of retries"),
    (S + "HEALTHCHECK --intervall=3s CMD x\n", 2, 13, "did you mean --interval?"),
    *((S + f"ONBUILD {name} a\n", 2, 9, f"cannot hold {name}") for name in ("ONBUILD", "FROM", "MAINTAINER")),
    (S + "RUN --mount=type=foo true\n", 2, 5, "is no type of mount"),
    (S + "RUN --mount=target=/a,form=b true\n", 2, 5, "did you mean from?"),
    (S + "RUN --mount=type=secret true\n", 2, 5, "a secret needs"),
    (S + "RUN --mount=type=bind,target=/a,mode=7 true\n", 2, 5, "`mode` is not for a mount of type bind"),
    (S + "RUN --mount=type=cache,target=/ true\n", 2, 5, "nothing can be mounted"),
    (S + "RUN --network=foo true\n", 2, 5, "is no network"),
    (S + "RUN <<E\nx\n", 2, 1, "unterminated heredoc"),
]
#: what looks wrong, and BuildKit takes it
ACCEPTED = [
    *(S + line for line in (
        "CMD", "ENTRYPOINT", "CMD []", "USER a b", "COPY a b c", "COPY a b .", "EXPOSE ${P}", 'EXPOSE "80"',
        "EXPOSE 80/",
        "EXPOSE 8080:80", "ARG P=80\nEXPOSE $P/udp", "STOPSIGNAL 99",
        "STOPSIGNAL rtmin+3", "STOPSIGNAL --x 9", "ONBUILD FOO a",
        "ONBUILD RUN --x a", "HEALTHCHECK --foo=1 NONE", "HEALTHCHECK --interval=0 CMD x", "ENV A=1 --x=y", "ENV a b c",
        'LABEL ""=x', "COPY --link a /",
        "ADD --checksum=$C a /", "COPY --chmod=u+x a /", "ADD --chown= a /", "COPY a <<E /c\nE", "RUN <<E\nE",
        "ENV A=${B:-x} C=${D:+y} E=${F#a} G=${H//b/c}", "ADD https://a.b/c /", "USER ${UID:-1000}", 'WORKDIR ""',
        "COPY --from=ghcr.io/a/b:1 a /", "RUN --mount=type=cache,target=/x,sharing=locked true",
        "RUN --mount=type=$T true",
    )),
    "FROM scratch AS scratch\n", "FROM scratch AS A.b-c_d\n", "FROM --platform= scratch\n",
    "FROM scratch AS a\nFROM scratch AS a\n",
    "FROM --platform=$BUILDPLATFORM scratch\n",
    "FROM scratch AS a\nEXPOSE abc\nFROM scratch\n",
    "ARG X\nFROM $X\n",
    "FROM scratch AS a\nFROM scratch AS b\nCOPY --from=a / /\nCOPY --from=0 / /\n",
    "from scratch as A\nFROM a\nCOPY --from=A / /\nFROM a\nCOPY --from=A / /\n",
    "ARG V=1\nFROM node:${V:-2}\n",
]  # fmt: skip


def refusal(text: str, filename: str = "Dockerfile") -> DockerfileSyntaxError | None:
    try:
        harden(text, filename=filename)
    except DockerfileSyntaxError as error:
        return error
    return None


@pytest.mark.parametrize(("text", "line", "column", "message"), REFUSED)
def test_what_buildkit_refuses(text: str, line: int, column: int, message: str) -> None:
    error = refusal(text)
    assert error is not None
    assert message in error.message
    assert (error.line, error.column) == (line, column)
    assert error.source_line == (text.split("\n")[line - 1])


@pytest.mark.parametrize("text", ACCEPTED)
def test_what_buildkit_takes(text: str) -> None:
    assert refusal(text) is None


@pytest.mark.parametrize(
    ("text", "name", "kind"),
    [
        ("services:\n  web:\n    build: .\n", "Dockerfile", "a compose file"),
        ("version: '3'\nservices:\n  web:\n    image: a\n", "compose.txt", "a compose file"),
        ('{\n  "name": "a",\n  "scripts": {}\n}\n', "package.json", "a package.json"),
        ("# Title\n\nRun it with `make`.\n\n## More\n", "README", "a Markdown file"),
        ("# Title\n\nCopy <<EOF as it is.\n\n- one\n", "x", "a Markdown file"),
        ("#!/bin/sh\nset -e\n", "Dockerfile", "a shell script"),
        ("flask==2.0\n", "Dockerfile", "a requirements file"),
        ("apiVersion: v1\nkind: Pod\n", "Dockerfile", "a Kubernetes manifest"),
        ('target "app" {\n}\n', "Dockerfile", "a bake file"),
    ],
)
def test_a_file_of_another_kind_is_named(text: str, name: str, kind: str) -> None:
    error = refusal(text, name)
    assert error is not None
    assert f"looks like {kind}, not a Dockerfile" in error.message


def test_the_command_ends_with_2_and_leaves_the_file_alone(tmp_path: Path) -> None:
    import sys

    path = tmp_path / "Dockerfile"
    path.write_text("FORM ubuntu\nRUN apt-get install x\n")
    done = subprocess.run([sys.executable, "-m", "hardener", str(path)], capture_output=True, check=False, text=True)
    assert done.returncode == 2
    assert f"{path}:1:1: unknown instruction FORM: did you mean FROM?" in done.stderr
    assert path.read_text() == "FORM ubuntu\nRUN apt-get install x\n"


@pytest.mark.skipif(not WILD.exists(), reason="the corpus is not here")
@needs(WILD)
def test_why_real_files_are_refused() -> None:
    """Of the files that BuildKit's line parser takes, these many are refused later, each kind for its reason."""
    kinds: Counter[str] = Counter()
    for sample in samples(WILD):
        try:
            tree = parse(sample.data)
        except DockerfileSyntaxError:
            continue
        if Model(tree).has_custom_frontend:
            continue
        try:
            check(tree)
        except DockerfileSyntaxError as error:
            kinds[_kind(error.message)] += 1
    assert kinds == {
        "no reference": 55,
        "before FROM": 5,
        "no instructions": 3,
        "empty image": 1,
        "quote": 1,
        "variable": 1,
    }


def _kind(message: str) -> str:
    named = {
        "is no image reference": "no reference",
        "before the first FROM: only": "before FROM",
        "no instructions": "no instructions",
        "is empty: declare": "empty image",
        "never closed": "quote",
        "holds a variable": "variable",
    }
    return next(kind for part, kind in named.items() if part in message)


def _engine_takes(text: str, folder: Path) -> bool:
    (folder / "Dockerfile").write_text(text)
    (folder / "a").touch()
    (folder / "b").touch()
    done = subprocess.run(
        ["docker", "buildx", "build", "--print=outline", str(folder)],
        capture_output=True, check=False, env={**os.environ, "BUILDX_EXPERIMENTAL": "1"},
    )  # fmt: skip
    return done.returncode == 0


@pytest.mark.engine
@pytest.mark.skipif("DOCKER_HOST" not in os.environ, reason="no engine is named by DOCKER_HOST")
def test_a_real_engine_agrees(tmp_path: Path) -> None:
    #: carried out by the runner, not by the frontend; or of another version than the engine; or no base is there
    skipped = ("# check", "RUN", "--chmod=999", "ARG a\n", "node:", "ghcr.io", "ADD https", "ARG X\n", "${H//b/c}")
    for text in ACCEPTED:
        if not any(part in text for part in skipped):
            assert _engine_takes(text, tmp_path), text
    for text, *_ in REFUSED:
        if text and not any(part in text for part in skipped):
            assert not _engine_takes(text, tmp_path), text


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("NONE", HealthcheckWords(True)),
        ("--interval=3x none", HealthcheckWords(True)),
        ("CMD curl -f  localhost", HealthcheckWords(False, "curl -f  localhost")),
        ('cmd ["a", "b c"]', HealthcheckWords(False, "", ("a", "b c"))),
        ('--interval="1m30s" --timeout=.5s CMD x', HealthcheckWords(False, "x", interval=90, timeout=0.5)),
        ("--retries=+2 --start-period=0s CMD x", HealthcheckWords(False, "x", retries=2)),
        ("--start-period=1.5h --start-interval=100ms CMD x",
         HealthcheckWords(False, "x", start_period=5400, start_interval=0.1)),
        ("--interval= --retries=0 CMD \\\n  x \\\n  y", HealthcheckWords(False, "x   y")),
        ("CMD --interval=3s x", HealthcheckWords(False, "--interval=3s x")),
    ],
)  # fmt: skip
def test_what_a_healthcheck_says_is_read_as_buildkit_reads_it(text: str, wanted: HealthcheckWords) -> None:
    """Compared with `docker inspect` of images that were built with these lines."""
    tree = parse(f"FROM scratch\nHEALTHCHECK {text}\n")
    check(tree)
    node = tree.stages[0].body[0]
    assert isinstance(node, Healthcheck)
    found = healthcheck_words(node, tree.escape)
    assert found == wanted
    assert healthcheck_words(node, tree.escape) is found
