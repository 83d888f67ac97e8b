"""What another user than root does not reach: services that get it go on as root (U05, U13, U20)."""

from __future__ import annotations

from pathlib import Path

import pytest

from hardener.cli.jobs import written
from hardener.errors import YamlSyntaxError
from hardener.project.compose.model import read_compose
from tests.test_kept_root import folder, hardened, held, users

__all__ = ["folder"]

_API = "services:\n  api:\n    build: ./api\n"
_READS = 'print(open("/data/x").read())\n'
_WRITES = 'open("/data/x", "w").write("hi")\n'
_WEB = 'FROM node:22-slim\nWORKDIR /app\nCOPY web.js .\nCMD ["node", "web.js"]\n'


def _users_after(folder: Path, *compose: str) -> dict[str, str]:
    """Return who the services of compose files run as after a run over api/Dockerfile."""
    for name, text in zip(("compose.yaml", "compose.override.yaml"), compose, strict=False):
        (folder / name).write_text(text)
    (outcome,) = written(hardened(folder, "api/Dockerfile"))
    assert not outcome.error
    assert "USER 10001:10001" in (folder / "api" / "Dockerfile").read_text()
    found: dict[str, str] = {}
    for path in sorted(folder.glob("compose*.yaml")):
        found |= {f"{path.stem} {name}": user for name, user in users(path.read_text()).items()}
    return found


@pytest.mark.parametrize(
    "given",
    [
        pytest.param('volumes: ["~/.aws:/root/.aws:ro"]', id="home-for-reading"),
        pytest.param('volumes: ["./cfg:/root/.cfg"]', id="home"),
        pytest.param('devices: ["/dev/ttyUSB0:/dev/ttyUSB0"]', id="device"),
        pytest.param("cap_add: [NET_ADMIN]", id="capability"),
        pytest.param("privileged: true", id="privileged"),
    ],
)
def test_what_only_root_reaches(folder: Path, given: str) -> None:
    (folder / "api" / "app.py").write_text(_READS)
    assert _users_after(folder, f"{_API}    {given}\n") == {"compose api": "root"}


@pytest.mark.parametrize(
    "given",
    [
        pytest.param('volumes: ["./x.json:/app/x.json:ro"]', id="file"),
        pytest.param("devices: [/dev/nvidia0]", id="device-for-all"),
        pytest.param("cap_add: [CHOWN, CAP_NET_BIND_SERVICE]", id="usual-capability"),
        pytest.param("privileged: false", id="not-privileged"),
    ],
)
def test_what_everybody_reaches(folder: Path, given: str) -> None:
    (folder / "api" / "app.py").write_text(_READS)
    assert _users_after(folder, f"{_API}    {given}\n") == {"compose api": ""}


def test_a_hidden_folder_is_no_file(folder: Path) -> None:
    (folder / "api" / "app.py").write_text(_WRITES)
    assert _users_after(folder, f"{_API}    volumes: ['./.data:/app/.data']\n") == {"compose api": "root"}


def test_a_volume_that_is_a_folder_of_the_host(folder: Path) -> None:
    (folder / "api" / "app.py").write_text(_WRITES)
    mounts = f"{_API}    volumes: ['d:/data']\nvolumes:\n  d:\n    driver_opts: {{type: none, o: bind, device: ./d}}\n"
    assert _users_after(folder, mounts) == {"compose api": "root"}
    (folder / "api" / "Dockerfile").write_text(
        'FROM python:3.13-slim\nWORKDIR /app\nCOPY . .\nCMD ["python", "app.py"]\n'
    )
    plain = f"{_API}    volumes: ['d:/data']\nvolumes:\n  d:\n    driver: local\n"
    assert _users_after(folder, plain) == {"compose api": ""}


@pytest.mark.parametrize(
    ("mode", "other", "user"),
    [
        pytest.param(":ro", "image: postgres:16", "root", id="reads-what-a-database-writes"),
        pytest.param("", "build: ./web", "root", id="two-builds-write"),
        pytest.param("", "build: ./api", "", id="one-build"),
        pytest.param("", "image: nginx:1.27", "", id="a-server-of-files"),
    ],
)
def test_a_volume_that_another_image_writes_into(folder: Path, mode: str, other: str, user: str) -> None:
    (folder / "api" / "app.py").write_text(_READS if mode else _WRITES)
    text = f"{_API}    volumes: ['d:/data{mode}']\n  other:\n    {other}\n    volumes: ['d:/d']\nvolumes: {{d: }}\n"
    assert _users_after(folder, text) == {"compose api": user, "compose other": ""}


def test_both_images_of_a_volume_keep_root(folder: Path) -> None:
    (folder / "web").mkdir()
    (folder / "web" / "Dockerfile").write_text(_WEB)
    (folder / "web" / "web.js").write_text("require('fs').writeFileSync('/data/y', 'x')\n")
    (folder / "api" / "app.py").write_text(_WRITES)
    web = "  web:\n    build: ./web\n    volumes: ['d:/data']\nvolumes: {d: }\n"
    (folder / "compose.yaml").write_text(f"{_API}    volumes: ['d:/data']\n{web}")
    written(hardened(folder, "api/Dockerfile", "web/Dockerfile"))
    assert users((folder / "compose.yaml").read_text()) == {"api": "root", "web": "root"}


def test_an_override_says_it_itself(folder: Path) -> None:
    (folder / "api" / "app.py").write_text(_WRITES)
    override = "services:\n  api:\n    volumes: ['./api:/app']\n"
    assert _users_after(folder, _API, override) == {"compose api": "", "compose.override api": "root"}


@pytest.mark.parametrize("base", ["    user: '1000'\n", "    user: node\n"])
def test_an_override_keeps_the_user_of_what_it_is_for(folder: Path, base: str) -> None:
    (folder / "api" / "app.py").write_text(_WRITES)
    found = _users_after(folder, _API + base, "services:\n  api:\n    volumes: ['./d:/data']\n")
    assert found["compose.override api"] == ""


def test_an_override_of_another_service_says_nothing(folder: Path) -> None:
    (folder / "api" / "app.py").write_text(_WRITES)
    both = f"{_API}  db:\n    build: ./db\n"
    found = _users_after(folder, both, "services:\n  db:\n    volumes: ['./d:/data']\n")
    assert set(found.values()) == {""}


def test_volumes_from(folder: Path) -> None:
    (folder / "api" / "app.py").write_text(_WRITES)
    text = f"{_API}    volumes: ['./d:/data']\n  two:\n    build: ./api\n    volumes_from: [api]\n"
    assert _users_after(folder, text) == {"compose api": "root", "compose two": "root"}


@pytest.mark.parametrize("name", ["common.yaml", "elsewhere/common.yaml"])
def test_what_another_file_describes_is_held_back(folder: Path, name: str) -> None:
    (folder / "api" / "app.py").write_text(_WRITES)
    (folder / "elsewhere").mkdir()
    (folder / name).write_text("services:\n  base:\n    build: ./api\n    volumes: ['./d:/data']\n")
    (folder / "compose.yaml").write_text(f"services:\n  api:\n    extends: {{file: {name}, service: base}}\n")
    (outcome,) = hardened(folder, "api/Dockerfile")
    assert held(outcome) == ["U13"]


def test_without_a_way_to_keep_root_it_is_held_back(folder: Path) -> None:
    (folder / "api" / "app.py").write_text(_READS)
    (folder / "compose.yaml").write_text(f"{_API}    cap_drop: [ALL]\n    volumes: ['~/.aws:/root/.aws:ro']\n")
    (outcome,) = hardened(folder, "api/Dockerfile")
    assert held(outcome) == ["U05"]


def test_an_alias_that_leads_nowhere_is_an_error_as_before() -> None:
    with pytest.raises(YamlSyntaxError):
        read_compose("services:\n  api:\n    volumes: *none\n")
