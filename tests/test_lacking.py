"""What the proof says of a pass that asks more of an image than it has (S14)."""

from __future__ import annotations

import pytest

from hardener.engine.lacking import lacking
from hardener.image.model import Model
from hardener.syntax.dockerfile.parser import parse

BUILT = "FROM golang:1.22\nWORKDIR /src\nCOPY . .\nRUN go build -o /app .\n"


def said(before: str, after: str) -> str:
    return "; ".join(lacking(Model(parse(before)), Model(parse(after))))


@pytest.mark.parametrize(
    ("before", "after", "fault"),
    [
        ("", "FROM gcr.io/distroless/static-debian12\nRUN apt-get update\nCMD [\"/app\"]\n", "needs a shell"),
        ("", "FROM scratch\nRUN echo\nCMD [\"/app\"]\n", "needs a shell"),
        ("", "FROM alpine:3.20\nRUN apt-get update\nCMD [\"/app\"]\n", "calls apt"),
        ("", "FROM debian:trixie-slim\nRUN apk add curl\nCMD [\"/app\"]\n", "calls apk"),
        ('CMD ["./a"]\n', 'FROM debian\nWORKDIR /src\nCOPY --from=0 /b /b\nCMD ["./a"]\n', "no step brings /src/a"),
        ('CMD ["./run.sh"]\n', 'FROM debian\nWORKDIR /src\nCOPY --from=0 /src/run.sh ./\nCMD ["./run.sh"]\n', ""),
        ('CMD ["/app"]\n', 'FROM scratch\nCOPY --from=0 /app /app\nCMD ["/app"]\n', ""),
        ('CMD ["/usr/bin/env", "x"]\n', 'FROM debian\nCOPY --from=0 /app /app\nCMD ["/usr/bin/env", "x"]\n', ""),
    ],
)  # fmt: skip
def test_what_a_new_stage_lacks(before: str, after: str, fault: str) -> None:
    found = said(BUILT + before, BUILT.replace("1.22", "1.22 AS build") + after)
    assert fault in found if fault else found == ""


def test_what_the_file_asked_for_before_is_no_fault() -> None:
    text = 'FROM scratch\nADD root.tar /\nRUN apt-get update\nRUN apt-get install -y curl\nCMD ["/x"]\n'
    joined = 'FROM scratch\nADD root.tar /\nRUN apt-get update && apt-get install -y curl\nCMD ["/x"]\n'
    assert said(text, joined) == ""
