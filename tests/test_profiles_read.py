"""profile.json of `harden verify --profile`, read by the rules for compose files and for Kubernetes manifests."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from hardener.engine.batch import run_job
from hardener.engine.job import Job
from hardener.engine.result import Options, Result
from hardener.knowledge.confinement import MEASURED, Confinement, confinement, fingerprint
from hardener.rules.base import Safety

DOCKERFILE = 'FROM python:3.11-slim\nWORKDIR /srv\nCOPY . .\nCMD ["python", "s.py"]\n'
COMPOSE = "services:\n  api:\n    image: team/api:1\n    build: ./api\n"
POD = (
    "apiVersion: v1\nkind: Pod\nmetadata: {name: api}\nspec:\n  containers:\n    - name: api\n      image: team/api:1\n"
)


def profile(**said: object) -> dict[str, object]:
    return {
        "schema": "harden-profile/1", "dockerfile": fingerprint(DOCKERFILE, ""), "read_only": True,
        "tmpfs": ["/srv/cache", "/tmp"], "capabilities": {"drop": ["ALL"], "add": ["CHOWN"]}, **said,
    }  # fmt: skip


def run(
    folder: Path, file: tuple[str, str], said: object, *, place: str = "api", level: Safety = Safety.UNSAFE
) -> Result:
    name, text = file
    (folder / ".git").mkdir()
    (folder / "api").mkdir()
    (folder / "api" / "Dockerfile").write_text(DOCKERFILE)
    (folder / "compose.yaml").write_text(COMPOSE)
    (folder / place / "harden-profile").mkdir(parents=True)
    written = said if isinstance(said, str) else json.dumps(said)
    (folder / place / "harden-profile" / "profile.json").write_text(written)
    (folder / name).write_text(text)
    outcome = run_job(Job(folder / name, Options(level=level)))
    assert outcome.result is not None
    assert outcome.result.faults == ()
    return outcome.result


@pytest.mark.parametrize("place", ["api", "."])
def test_a_compose_file(tmp_path, place):
    code = run(tmp_path, ("compose.yaml", COMPOSE), profile(), place=place).code
    assert "read_only: true\n    tmpfs:\n      - /srv/cache\n      - /tmp\n" in code
    assert "cap_drop:\n      - ALL\n    cap_add:\n      - CHOWN\n" in code


@pytest.mark.parametrize("place", ["api", "."])
def test_a_manifest(tmp_path, place):
    code = run(tmp_path, ("pod.yaml", POD), profile(), place=place).code
    assert "readOnlyRootFilesystem: true" in code
    assert "mountPath: /srv/cache" in code
    assert "add:" in code
    assert "CHOWN" in code


@pytest.mark.parametrize(("name", "text"), [("compose.yaml", COMPOSE), ("pod.yaml", POD)])
def test_by_default_it_says_what_would_allow_it(tmp_path, name, text):
    result = run(tmp_path, (name, text), profile(), level=Safety.HARDENING)
    assert "/srv/cache" not in result.code
    assert [finding.doubt for finding in result.findings if finding.doubt == MEASURED]


@pytest.mark.parametrize(("name", "text"), [("compose.yaml", COMPOSE), ("pod.yaml", POD)])
@pytest.mark.parametrize(
    "said",
    [
        profile(dockerfile=fingerprint(DOCKERFILE + "USER 1\n", "")),
        profile(dockerfile=fingerprint(DOCKERFILE, "dev")),
        profile(dockerfile=None),
        profile(schema="harden-profile/3"),
        profile(read_only=False, capabilities=None),
        profile(tmpfs=["/srv/../etc"], capabilities={"drop": ["ALL"], "add": ["ALL\nprivileged: true"]}),
        profile(tmpfs=[], read_only=False, capabilities={"drop": ["ALL"], "add": ["CHOWN", "SYS_ADMIN"]}),
        profile(tmpfs=[], read_only=False, capabilities={"drop": ["ALL"], "add": ["ALL"]}),
        profile(tmpfs="/tmp", capabilities={"drop": [], "add": []}),
        "[" * 10_000,
        "[]",
    ],
    ids=[
        "another text",
        "another stage",
        "of no text",
        "newer",
        "nothing",
        "evil",
        "more",
        "all",
        "kinds",
        "deep",
        "no object",
    ],
)  # fmt: skip
def test_what_is_of_another_image_or_no_profile(tmp_path, name, text, said):
    code = run(tmp_path, (name, text), said).code
    assert "tmpfs" not in code
    assert "readOnlyRoot" not in code
    assert "CHOWN" not in code
    assert "cap_add" not in code
    assert "add:" not in code


@pytest.mark.parametrize("words", ["command: [other]", "user: '0'", "entrypoint: [other]"])
def test_a_service_that_starts_something_else(tmp_path, words):
    assert "/srv/cache" not in run(tmp_path, ("compose.yaml", f"{COMPOSE}    {words}\n"), profile()).code


@pytest.mark.parametrize("words", ["command: [other]", "args: [other]", "securityContext: {runAsUser: 7}"])
def test_a_container_that_starts_something_else(tmp_path, words):
    assert "/srv/cache" not in run(tmp_path, ("pod.yaml", f"{POD}      {words}\n"), profile()).code


def test_the_one_of_this_file_counts():
    other = json.dumps(profile(dockerfile=fingerprint("FROM scratch\n", ""), tmpfs=[]))
    found = confinement((None, "", other, json.dumps(profile())), DOCKERFILE, "")
    assert found is not None
    assert found.tmpfs == ("/srv/cache", "/tmp")


PEAK = 70 << 20


def test_memory_that_was_measured(tmp_path):
    code = run(tmp_path, ("compose.yaml", COMPOSE), profile(schema="harden-profile/2", memory_peak=PEAK)).code
    assert '    mem_limit: "192m"\n' in code
    assert "cpus" not in code


def test_memory_that_was_measured_is_unsafe(tmp_path):
    result = run(tmp_path, ("compose.yaml", COMPOSE), profile(memory_peak=PEAK), level=Safety.HARDENING)
    assert "mem_limit" not in result.code
    assert [f.doubt or f.refusal.spec for f in result.findings if f.code == "HD523"] == [MEASURED, "K05"]


@pytest.mark.parametrize("peak", [None, "70m", 0, -1, True, 7.5, [PEAK], 1 << 60])
def test_what_is_no_peak(tmp_path, peak):
    assert "mem_limit" not in run(tmp_path, ("compose.yaml", COMPOSE), profile(memory_peak=peak)).code


@pytest.mark.parametrize("words", ["mem_limit: 1g", "deploy: {resources: {limits: {memory: 1g}}}", "command: [other]"])
def test_memory_is_said_or_of_something_else(tmp_path, words):
    code = run(tmp_path, ("compose.yaml", f"{COMPOSE}    {words}\n"), profile(memory_peak=PEAK)).code
    assert "192m" not in code


def test_limits_beside_others(tmp_path):
    words = "deploy: {resources: {limits: {cpus: '2'}}}"
    code = run(tmp_path, ("compose.yaml", f"{COMPOSE}    {words}\n"), profile(memory_peak=PEAK)).code
    assert 'memory: "192m"' in code
    assert "mem_limit" not in code


@pytest.mark.parametrize(
    ("peak", "limit"), [(None, ""), (1 << 20, "128m"), (64 << 20, "128m"), ((64 << 20) + 1, "192m"), (1 << 30, "2048m")]
)
def test_the_limit_of_a_peak(peak, limit):
    assert Confinement((), (), peak).memory == limit
