"""Whole-file invariants on generated Dockerfiles (Z02, Z03, Z04, Z07)."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from hardener import DockerfileSyntaxError, Options, Safety, harden, parse
from hardener.engine.proof import comments
from hardener.image.config import differences, evaluate
from hardener.rules import all_rules

IMAGES = [
    "debian:trixie-slim",
    "node:22-slim",
    "alpine:3.20",
    "scratch",
    "nginx:1.29",
    "example.com/x:1",
    "$BASE",
    "one",
]
BODIES = [
    "apt-get update", "apt-get install -y curl git", "apt-get update && apt-get install -y tini", "a || true", "a; b",
    "set -e; a; b", "cd /x && a", "export A=1", "a # note", "a &", "exec a", "npm ci", "pip install x", "apk add curl",
    "wget -O f.tgz u", "tar xf f.tgz", "rm f.tgz", "mkdir /x", "useradd -u 1234 app", "if a; then exit 0; fi",
]  # fmt: skip
LINES = [
    *(f"RUN {body}" for body in BODIES), "RUN a && \\\n    # why\n    b", "RUN <<EOF\napt-get update\nEOF",
    "RUN --mount=type=cache,target=/x pip install y", 'RUN ["a", "b"]', "ONBUILD RUN apt-get update", "# note",
    "# hadolint ignore=DL3008", "# harden: ignore[merge-run] reason", "", "USER app", "USER root", "WORKDIR /app",
    "COPY . .", "COPY --from=one /a /a", "ADD https://example.com/a /a", "ENV A=1", "ARG V", "EXPOSE 80", "VOLUME /v",
    'SHELL ["/bin/bash", "-ec"]', "CMD node a.js", 'CMD ["node", "a.js"]', "CMD a | b", "CMD cd /x && a \\\n # c\n b",
    'ENTRYPOINT ["/e"]', "ENTRYPOINT run me", "HEALTHCHECK CMD a", "STOPSIGNAL SIGINT", "unknown x",
]  # fmt: skip
STAGES = st.tuples(
    st.sampled_from(IMAGES), st.sampled_from(["", " AS one", " AS two"]), st.lists(st.sampled_from(LINES), max_size=7)
)


@st.composite
def files(draw: st.DrawFn) -> str:
    """Return a Dockerfile of one to three stages, with either newline and with or without the last."""
    parts = ["# syntax=docker/dockerfile:1"] if draw(st.booleans()) else []
    for image, name, lines in draw(st.lists(STAGES, min_size=1, max_size=3)):
        parts += [f"FROM {image}{name}", *lines]
    text = "\n".join(parts) + draw(st.sampled_from(["\n", "", "\n\n# end\n"]))
    return text.replace("\n", draw(st.sampled_from(["\n", "\r\n"])))


@given(files(), st.sampled_from(list(Safety)))
@settings(max_examples=300, deadline=None)
def test_every_run_keeps_what_it_must(text: str, level: Safety) -> None:
    options = Options(level=level)
    try:
        result = harden(text, options=options)
    except DockerfileSyntaxError:
        return
    assert result.faults == ()
    assert harden(result.code, options=options).code == result.code, "Z02: a second run changes the file"
    before, after = parse(text), parse(result.code)
    assert [s.from_.text for s in after.stages] == [s.from_.text for s in before.stages], "Z03"
    steps = {step.rule for step in result.steps}
    announced = {effect for rule in all_rules() if rule.name in steps for effect in rule.effects}
    assert differences(evaluate(before), evaluate(after)) <= announced, "Z04"
    assert not comments(before) - comments(after), "Z07: a comment is lost"
    assert [d.text for d in after.header] == [d.text for d in before.header], "Z07"
    if "\r\n" in text and "<<" not in text:
        assert "\n" not in result.code.replace("\r\n", ""), "Z07: a newline of the other kind"
    if not result.changed:
        assert result.applied == ()
