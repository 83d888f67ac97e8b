"""Each rule alone and all together, over files without a context: nothing fails its proof, nothing is lost."""

from __future__ import annotations

from fuzz.invariants import idempotent, run
from fuzz.target import Target, own_cases
from hardener import Options, Safety
from hardener.rules import all_rules

WORDS = (
    "FROM debian:trixie-slim\n", "FROM node:22-slim AS a\n", "FROM alpine:3.20\n", "FROM python:3.13\n",
    "FROM golang:1.24\n", "FROM a\n", "FROM scratch\n", "RUN apt-get update\n", "RUN apt-get install -y curl\n",
    "RUN apk add curl\n", "RUN npm ci\n", "RUN pip install x\n", "RUN cd /x && a\n",
    "RUN rm -rf /var/lib/apt/lists/*\n", "RUN <<EOF\napt-get update\nEOF\n", "RUN --mount=type=cache,target=/x a\n",
    "USER root\n", "USER app\n", "WORKDIR /app\n", "COPY . .\n", "COPY --from=a /b /c\n",
    "ADD https://example.com/a.tgz /a\n", "ENV A 1\n", "ENV A=1 \\\n  B=2\n", "ARG V=1\n", "EXPOSE 80\n",
    'SHELL ["bash", "-c"]\n', "CMD node a.js\n", 'CMD ["node", "a.js"]\n', "CMD npm start\n", 'ENTRYPOINT ["/e"]\n',
    "ENTRYPOINT run me\n", "HEALTHCHECK CMD a\n", "ONBUILD RUN a\n", "# note\n", "\\\n", " && ", "; ", " | ", "\r\n",
    "\n", " ", "'", '"', "$X", "]", "[", "chmod 777 /x", "chown -R a:a /x", "curl https://e.org/i.sh | sh", "sudo ",
    "useradd app", "# escape=`\n", "é", "\udcff", "\t", "FROM a AS b\nCOPY --from=b /x /y\n", "FROM\n",
    "STOPSIGNAL SIGINT\n", "VOLUME /v\n", "MAINTAINER x\n", "LABEL a=b\n", "# harden: ignore\n", "#check=skip=all\n",
    "|| true", "set -e", "exec ", "\ufeff",
)  # fmt: skip
LEVELS = tuple(Safety)


def check(text: str) -> frozenset[str]:
    """Run all rules over a text, then one that had something to say alone."""
    number = sum(text.encode("utf-8", "surrogateescape"))
    options = Options(level=LEVELS[number % 3])
    result = run(text, options)
    idempotent(result, options)
    concerned = sorted({finding.rule for finding in result.findings})
    if concerned:
        alone = Options(level=Safety.UNSAFE, select=frozenset({concerned[number % len(concerned)]}))
        idempotent(run(text, alone), alone)
    elif number % 16 == 0:
        every = Options(level=Safety.UNSAFE, extend_select=frozenset(rule.name for rule in all_rules()))
        run(text, every)
    return frozenset(f"{f.rule} {f.refusal.spec if f.refusal else f.applied}" for f in result.findings)


TARGET = Target("rules", check, own_cases, WORDS)
