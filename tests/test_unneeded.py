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


def test_a_file_that_starts_nothing_is_told_nothing() -> None:
    assert run("FROM debian:bookworm\nRUN true\n").settled == ()
