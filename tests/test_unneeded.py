"""No rule about the image is silent: with `with_settled` each says why it has nothing to do."""

from __future__ import annotations

import pytest

from hardener import Options, Result, harden
from hardener.output.block import block
from hardener.output.style import PLAIN

IMAGE_RULES = {
    "add-init", "add-user", "exec-form", "jvm-memory", "locked-install", "slim-base", "split-stages",
    "start-without-npm", "healthcheck",
}  # fmt: skip
FILES = {
    "gunicorn": 'FROM python:3.13-slim-bookworm\nUSER 1000\nCMD ["gunicorn", "-b", "0.0.0.0:80", "app:app"]\n',
    "nginx": 'FROM nginx:alpine\nCOPY . /usr/share/nginx/html\nCMD ["nginx", "-g", "daemon off;"]\n',
    "unknown base": 'FROM corp/base:1\nCMD ["serve"]\n',
    "windows": 'FROM mcr.microsoft.com/windows/nanoserver:ltsc2022\nCMD ["app.exe"]\n',
    "scratch": 'FROM scratch\nCOPY app /app\nENTRYPOINT ["/app"]\n',
    "shell": "FROM debian:bookworm\nCMD bash\n",
}


def run(text: str) -> Result:
    return harden(text, options=Options(with_settled=True))


@pytest.mark.parametrize("name", FILES)
def test_every_rule_about_the_image_says_something(name: str) -> None:
    result = run(FILES[name])
    said = {finding.rule for finding in (*result.findings, *result.settled)}
    assert said >= IMAGE_RULES


@pytest.mark.parametrize("name", FILES)
def test_a_rule_with_a_finding_is_not_settled_too(name: str) -> None:
    result = run(FILES[name])
    assert not {f.rule for f in result.findings} & {f.rule for f in result.settled}


def test_what_is_settled_is_shown_with_verbose_only() -> None:
    result = run(FILES["gunicorn"])
    why = "gunicorn handles signals and collects its children itself"
    assert why not in block(result, PLAIN)
    assert why in " ".join(block(result, PLAIN, verbose=True).split())


def test_without_the_option_no_rule_is_loaded_for_it() -> None:
    settled = harden(FILES["gunicorn"]).settled
    assert [finding.rule for finding in settled] == ["add-init"]


def test_a_file_that_starts_nothing_is_told_so() -> None:
    result = run("FROM debian:bookworm\nRUN true\n")
    whys = {finding.rule: finding.refusal.reason for finding in result.settled if finding.refusal}
    assert whys["exec-form"] == "the file has neither CMD nor ENTRYPOINT"
    assert whys["merge-run"] == "none is needed: no two RUN instructions of the image stand together"


INSTALL = "apt-get update && apt-get install -y --no-install-recommends"
CLEAN = "rm -rf /var/lib/apt/lists/*"
PLACES = {
    # rule, line of the finding, part of the reason, the file
    "other work": ("merge-run", 3, "other work than the RUN above", "RUN make\nRUN npm run build\n"),
    "set and read": ("merge-run", 3, "it would not do the same: an earlier", "RUN export a=1; id\nRUN echo $a\n"),
    "exec form": ("merge-run", 3, "exec form", 'RUN id\nRUN ["id"]\n'),
    "alone": ("merge-run", 1, "no two RUN", "RUN id\n"),
    "one install": ("join-installs", 1, "more than once", f"RUN {INSTALL} a && {CLEAN}\n"),
    "other options": (
        "join-installs", 2, "takes options", f"RUN {INSTALL} a && apt-get install -y -t backports b && {CLEAN}\n",
    ),
    "no chain": ("join-installs", 2, "no plain chain", f"RUN {INSTALL} a; {INSTALL} b; {CLEAN}\n"),
    "a step between": (
        "join-installs", 2, "a step between", "RUN apk add --no-cache a && make && apk add --no-cache b\n",
    ),
    "cleaned": ("clean-package-cache", 2, "the RUN removes the package lists", f"RUN {INSTALL} a && {CLEAN}\n"),
    "mounted": (
        "clean-package-cache", 2, "a mount keeps the package lists",
        f"RUN --mount=type=cache,target=/var/lib/apt/lists {INSTALL} a\n",
    ),
    "fetches nothing": ("clean-package-cache", 1, "fetches package lists", "RUN id\n"),
    "compiles": (
        "omit-build-packages", 2, "`make -C /s` may compile with gcc",
        f"RUN {INSTALL} gcc && {CLEAN} && make -C /s\n",
    ),
    "taken back": (
        "omit-build-packages", 2, "removes gcc again",
        f"RUN {INSTALL} gcc && make && apt-get purge -y gcc && {CLEAN}\n",
    ),
    "keeps no cache": ("no-cache-dir", 2, "`pip install` leaves no cache", "RUN pip install --no-cache-dir a\n"),
    "installs nothing": ("no-cache-dir", 1, "installs with pip, uv or apk", f"RUN {INSTALL} ssh && {CLEAN}\n"),
    "no build packages": ("omit-build-packages", 1, "installs packages for a build", f"RUN {INSTALL} ssh && {CLEAN}\n"),
}  # fmt: skip


@pytest.mark.parametrize("name", PLACES)
def test_what_is_settled_stands_at_its_line(name: str) -> None:
    rule, line, why, body = PLACES[name]
    settled = run(f'FROM debian:bookworm\n{body}CMD ["/app"]\n').settled
    said = [(found.line, found.refusal.reason) for found in settled if found.rule == rule and found.refusal]
    assert [place for place, _ in said] == [line]
    assert why in said[0][1]


def test_a_stage_that_no_image_ships_keeps_its_lists() -> None:
    settled = run(f'FROM debian AS a\nRUN {INSTALL} gcc\nFROM debian\nCOPY --from=a /x /x\nCMD ["/x"]\n').settled
    assert [(f.line, str(f.refusal)) for f in settled if f.rule == "clean-package-cache"] == [
        (2, "none is needed: no image ships the layers of this stage [Z11]")
    ]


@pytest.mark.parametrize(
    ("command", "said"),
    [
        ("mvn -B package", "`mvn` downloads as it compiles: `RUN mvn dependency:go-offline` before the sources"),
        ("--mount=type=cache,target=/root/.m2 mvn -B package", "none is needed: `mvn` keeps what it downloads"),
        ("go build -o /app .", "`go build` downloads as it compiles: `RUN go mod download` before the sources"),
        ("make", "none is needed: no installation that harden knows comes after the sources"),
    ],
)
def test_a_build_that_downloads_as_it_compiles(command: str, said: str) -> None:
    result = run(f"FROM golang:1.22 AS build\nCOPY . .\nRUN {command}\nFROM scratch\nCOPY --from=build /app /app\n")
    assert [
        f.refusal is not None and said in f.refusal.reason for f in result.settled if f.rule == "copy-manifests-first"
    ] == [True]
