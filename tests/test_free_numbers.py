"""The number of an account that a tool chooses (U16), and what makes that uncertain."""

from __future__ import annotations

import pytest

from hardener import parse
from hardener.image.free_numbers import chosen_number
from hardener.image.model import Model

DEBIAN, ALPINE = "FROM debian:12-slim\n", "FROM alpine:3.20\n"


def chosen(text: str) -> int | None:
    model = Model(parse(text))
    found = chosen_number(model, model.stages[-1], "app")
    return None if found is None else found.number


@pytest.mark.parametrize(
    ("text", "number"),
    [
        (DEBIAN + "RUN useradd app\n", 1000),
        (DEBIAN + "RUN useradd -u 1500 other && useradd app\n", 1501),
        (DEBIAN + "RUN adduser --uid 1500 --disabled-password other && adduser --disabled-password app\n", 1000),
        (DEBIAN + "RUN groupadd app && useradd -r -g app app\n", 999),
        (ALPINE + "RUN addgroup -S app && adduser -S -G app app\n", 100),
        (ALPINE + "RUN adduser -D app\n", 1000),
        ("FROM node:22-slim\nRUN useradd app\n", 1001),
        ("FROM debian:12 AS base\nRUN useradd other\nFROM base\nRUN useradd app\n", 1001),
        ("ARG V=3.12\nFROM python:${V}-slim\nRUN useradd app\n", 1000),
        (DEBIAN + "RUN cp -r /tmp/files /opt && useradd app\n", 1000),
    ],
)
def test_number(text: str, number: int) -> None:
    assert chosen(text) == number


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(DEBIAN + "RUN echo 'b:x:1000:1000::/:/bin/sh' >> /etc/passwd && useradd app\n", id="written"),
        pytest.param(DEBIAN + "RUN for i in 1 2; do echo $i; done >> /etc/passwd; useradd app\n", id="by a loop"),
        pytest.param(DEBIAN + "RUN useradd app\nRUN sed -i s/1000/2000/ /etc/passwd\n", id="written later"),
        pytest.param(DEBIAN + "RUN useradd app\nRUN sh -c 'usermod -u 5000 app'\n", id="changed in another shell"),
        pytest.param(DEBIAN + "RUN useradd app\nRUN <<EOF\nusermod -u 5000 app\nEOF\n", id="changed in a heredoc"),
        pytest.param(DEBIAN + "RUN cd /etc && sed -i s/1000/2000/ login.defs && useradd app\n", id="settings"),
        pytest.param(DEBIAN + "RUN useradd -K UID_MIN=5000 app\n", id="range in the command"),
        pytest.param(DEBIAN + "RUN adduser --conf /tmp/x --disabled-password app\n", id="other settings"),
        pytest.param(DEBIAN + "RUN groupadd -f staff && adduser --disabled-password app\n", id="no new group"),
        pytest.param(DEBIAN + "RUN useradd -u 60000 other && useradd app\n", id="behind the last number"),
        pytest.param(DEBIAN + "COPY files /tmp/files\nRUN cp -r /tmp/files/. / && useradd app\n", id="over the root"),
        pytest.param(DEBIAN + "RUN tar -xf /tmp/x.tar -C/ && useradd app\n", id="unpacked over the root"),
        pytest.param("ARG V=22.04\nFROM ubuntu:${V}\nRUN useradd app\n", id="Ubuntu by a variable"),
        pytest.param("ARG BASE=debian:12\nFROM ${BASE}\nRUN useradd app\n", id="image by a variable"),
        pytest.param("FROM mcr.microsoft.com/playwright:v1.40.0-jammy\nRUN useradd app\n", id="accounts not listed"),
        pytest.param("FROM node:6\nRUN useradd app\n", id="accounts of an old version"),
        pytest.param("FROM nginx:1.10-alpine\nRUN adduser -S app\n", id="other numbers in other versions"),
        pytest.param(
            ALPINE + "RUN " + " && ".join(f"adduser -S -u {n} u{n}" for n in range(100, 1000)) + " && adduser -S app\n",
            id="none free",
        ),
    ],
)
def test_unknown(text: str) -> None:
    assert chosen(text) is None
