"""Services keep root for what a mode, another compose file or a file that is included gives them (U07, U13, U20)."""

from __future__ import annotations

from pathlib import Path

import pytest

from hardener.cli.jobs import written
from tests.test_kept_root import folder, hardened, held, users

__all__ = ["folder"]

_API = "services:\n  api:\n    build: ./api\n"
_READS = 'print(open("/data/x").read())\n'
_WRITES = 'open("/data/x", "w").write("hi")\n'
_MOUNTS = "    volumes: ['./d:/data']\n"
_VOLUME = "    volumes: ['vol:/data']\n"
_ITSELF = f"services:\n  api:\n    image: me/api\n{_VOLUME}"
_OTHER = "services:\n  other:\n    image: postgres:16\n    volumes: ['vol:/d']\n"


def _hardened(folder: Path, program: str, **files: str) -> dict[str, dict[str, str]]:
    """Return who the services of compose files run as, by file, after a run over api/Dockerfile."""
    (folder / "compose.yaml").unlink()
    (folder / "api" / "app.py").write_text(program)
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    (outcome,) = written(hardened(folder, "api/Dockerfile"))
    assert not outcome.error
    assert "USER 10001:10001" in (folder / "api" / "Dockerfile").read_text()
    return {name: users((folder / name).read_text()) for name in files}


def _held(folder: Path, program: str, **files: str) -> list[str]:
    (folder / "compose.yaml").unlink()
    (folder / "api" / "app.py").write_text(program)
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    return held(hardened(folder, "api/Dockerfile")[0])


@pytest.mark.parametrize(
    ("given", "user"),
    [
        pytest.param("tmpfs: ['/data:mode=755']", "root", id="tmpfs-of-root"),
        pytest.param("tmpfs: /data:size=1m,mode=0700", "root", id="tmpfs-as-a-word"),
        pytest.param("tmpfs: ['/data', '/x:mode=1777']", "", id="tmpfs-for-all"),
        pytest.param("volumes: [{type: tmpfs, target: /data, tmpfs: {mode: 0755}}]", "root", id="tmpfs-in-volumes"),
        pytest.param("volumes: [{type: tmpfs, target: /data, tmpfs: {mode: 01777}}]", "", id="tmpfs-for-all-below"),
        pytest.param("secrets: [{source: s, mode: 0400}]", "root", id="secret-of-root"),
        pytest.param("secrets: [{source: s, mode: '0o440'}]", "root", id="secret-of-a-group"),
        pytest.param("secrets: [s, {source: t, mode: 0444}]", "", id="secret-for-all"),
        pytest.param("configs: [{source: s, target: /c, mode: 0600}]", "root", id="config-of-root"),
        pytest.param("pid: host", "root", id="processes-of-the-host"),
        pytest.param("pid: service:x", "", id="processes-of-a-service"),
    ],
)  # fmt: skip
def test_what_a_mode_or_the_host_keeps_for_root(folder: Path, given: str, user: str) -> None:
    found = _hardened(folder, _READS, **{"compose.yaml": f"{_API}    {given}\n"})
    assert found == {"compose.yaml": {"api": user}}


@pytest.mark.parametrize(
    "include",
    ["include: [stack/compose.yaml]\n", "include:\n  - path: [stack/compose.yaml]\n", "include: [a/compose.yaml]\n"],
)
def test_a_file_that_is_included_from_elsewhere(folder: Path, include: str) -> None:
    service = _API.replace("./api", "../api") + _MOUNTS
    between = {"a/compose.yaml": "include: ['../stack/compose.yaml']\n"} if "a/" in include else {}
    found = _hardened(folder, _WRITES, **{"compose.yaml": include, "stack/compose.yaml": service}, **between)
    assert found["stack/compose.yaml"] == {"api": "root"}


def test_an_included_file_has_a_project_folder_of_its_own(folder: Path) -> None:
    include = "include: [{path: stack/compose.yaml, project_directory: .}]\n"
    found = _hardened(folder, _WRITES, **{"compose.yaml": include, "stack/compose.yaml": _API + _MOUNTS})
    assert found["stack/compose.yaml"] == {"api": "root"}


def test_an_included_file_by_another_name_is_not_written(folder: Path) -> None:
    service = _API.replace("./api", "../api") + _MOUNTS
    files = {"compose.yaml": "include: [stack/api.yaml]\n", "stack/api.yaml": service}
    assert _held(folder, _WRITES, **files) == ["U13"]


def test_files_that_include_each_other_end(folder: Path) -> None:
    files = {"compose.yaml": f"include: [a/compose.yaml]\n{_API}", "a/compose.yaml": "include: [../compose.yaml]\n"}
    assert _hardened(folder, _WRITES, **files)["compose.yaml"] == {"api": ""}


@pytest.mark.parametrize(
    ("other", "declared", "user"),
    [
        pytest.param(("docker-compose.db.yml", _OTHER), "vol: ", "root", id="file-beside"),
        pytest.param(("deploy/compose.yml", _OTHER), "vol: ", "", id="another-project"),
        pytest.param(("deploy/compose.yml", _OTHER), "vol: {name: shared}", "root", id="one-name-in-all-projects"),
        pytest.param(("deploy/compose.yml", _OTHER), "vol: {external: true}", "root", id="external"),
        pytest.param(("docker-compose.prod.yml", _ITSELF), "vol: ", "", id="itself"),
        pytest.param(("docker-compose.db.yml", _OTHER.replace("vol:/d'", "vol:/d:ro'")), "vol: ", "", id="only-read"),
    ],
)  # fmt: skip
def test_a_volume_that_a_service_of_another_file_writes_into(
    folder: Path, other: tuple[str, str], declared: str, user: str
) -> None:
    volumes = f"volumes: {{{declared}}}\n"
    name, text = other
    found = _hardened(folder, _WRITES, **{"docker-compose.yml": f"{_API}{_VOLUME}{volumes}", name: text + volumes})
    assert found["docker-compose.yml"] == {"api": user}


def test_a_base_file_with_the_image_and_an_override_with_its_build(folder: Path) -> None:
    base = f"services:\n  api:\n    image: me/api\n{_MOUNTS}"
    assert _held(folder, _WRITES, **{"docker-compose.yml": base, "docker-compose.override.yml": _API}) == ["U13"]


def test_several_services_go_on(folder: Path) -> None:
    two = f"{_API}{_MOUNTS}  two:\n    build: ./api\n{_MOUNTS}"
    (folder / "compose.yaml").write_text(two)
    (outcome,) = hardened(folder, "api/Dockerfile")
    assert outcome.result is not None
    own, other = sorted(outcome.result.applied, key=lambda finding: finding.file)
    who = "`api` of compose.yaml, `two` of compose.yaml"
    assert own.message.endswith(f"{who} go on as root, for what they mount keeps its owner (U13)")
    assert other.message == "`api` mounts ./d, `two` mounts ./d, which keep their owners: they go on as root (U13)"
