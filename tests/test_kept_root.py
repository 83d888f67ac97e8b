"""Services that mount folders of the host go on as root, by their compose file; the image itself does not."""

from __future__ import annotations

from pathlib import Path

import pytest

from hardener import Options, Result, Safety, harden
from hardener.cli.jobs import written
from hardener.engine.batch import run_all
from hardener.engine.choosing import Spot, accept, begin, offers
from hardener.engine.job import Job, Outcome
from hardener.engine.together import together
from hardener.fast.records import replace
from hardener.project.compose.model import read_compose
from tests.test_other_files import run as command

_DOCKERFILE = 'FROM python:3.13-slim\nWORKDIR /app\nCOPY . .\nCMD ["python", "app.py"]\n'
_WRITES = 'open("x.log", "w").write("hi")\n'
_READS = 'print("hi")\n'
_COMPOSE = """services:
  api:
    build: ./api
    volumes:
      - ./api:/app  # the sources
    ports:
      - "8000:8000"

  worker:
    build: ./api
    command: python worker.py
"""
_ALONE = Options(select=frozenset({"add-user"}), other_files=True)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / ".git").mkdir()
    (tmp_path / "api").mkdir()
    (tmp_path / "compose.yaml").write_text(_COMPOSE)
    (tmp_path / "api" / "Dockerfile").write_text(_DOCKERFILE)
    (tmp_path / "api" / "app.py").write_text(_WRITES)
    return tmp_path


def hardened(folder: Path, *names: str, options: Options = _ALONE) -> list[Outcome]:
    """Return what a run over files of the folder makes of them."""
    return together(run_all([Job(folder / name, options) for name in names], 1))


def users(text: str) -> dict[str, str]:
    """Return the user that each service of a compose file names."""
    return {service.name: service.text("user") for service in read_compose(text).services}


def held(outcome: Outcome) -> list[str]:
    """Return the ids of what is held back, after making sure that nothing is changed."""
    assert outcome.result is not None
    assert not outcome.result.changes_any
    return [finding.refusal.spec for finding in outcome.result.findings if finding.refusal is not None]


def test_the_service_goes_on_as_root_and_the_image_does_not(folder: Path) -> None:
    (outcome,) = written(hardened(folder, "api/Dockerfile"))
    assert not outcome.error
    assert "USER 10001:10001" in (folder / "api" / "Dockerfile").read_text()
    after = (folder / "compose.yaml").read_text()
    assert users(after) == {"api": "root", "worker": ""}
    assert after.replace("    user: root\n", "") == _COMPOSE
    (again,) = hardened(folder, "api/Dockerfile")
    assert again.result is not None
    assert not again.result.changes_any


def test_both_findings_say_why(folder: Path) -> None:
    (outcome,) = hardened(folder, "api/Dockerfile")
    assert outcome.result is not None
    own, other = sorted(outcome.result.applied, key=lambda finding: finding.file)
    assert own.message.endswith("`api` of compose.yaml goes on as root, for what it mounts keeps its owner (U13)")
    assert other.message == "`api` mounts ./api, which keeps its owner: it goes on as root (U13)"
    assert (other.line, Path(other.file).name) == (8, "compose.yaml")


def test_a_program_that_writes_nothing_needs_no_root(folder: Path) -> None:
    (folder / "api" / "app.py").write_text(_READS)
    (outcome,) = hardened(folder, "api/Dockerfile")
    assert outcome.result is not None
    assert "USER" in outcome.result.code
    assert not outcome.result.changes


@pytest.mark.parametrize(
    ("old", "new"),
    [
        pytest.param("    ports:", "    cap_drop: [ALL]\n    ports:", id="root-without-capabilities"),
        pytest.param("build: ./api\n    vol", "build: ${WHERE}\n    vol", id="builds-what-nobody-knows"),
        pytest.param("    ports:", "    extends: {file: a.yaml, service: a}\n    ports:", id="described-elsewhere"),
        pytest.param("  api:\n", "  api: &api\n", id="taken-over"),
        pytest.param("    ports:", "    command: npm run serve\n    working_dir: /srv\n    ports:", id="npm-beside"),
    ],
)  # fmt: skip
def test_what_cannot_be_written_or_shown_is_held_back(folder: Path, old: str, new: str) -> None:
    text = _COMPOSE.replace(old, new, 1)
    if "&api" in new:
        text += "  second:\n    <<: *api\n"
    if "npm" in new:
        text = text.replace("./api:/app", "./data:/data")
    (folder / "compose.yaml").write_text(text)
    (outcome,) = hardened(folder, "api/Dockerfile")
    assert held(outcome) == ["U13"]


def test_services_that_share_a_volume_stay_root_together(folder: Path) -> None:
    shared = _COMPOSE.replace("    ports:", "      - data:/data\n    ports:") + "    volumes:\n      - data:/data\n"
    (folder / "compose.yaml").write_text(shared + "volumes:\n  data:\n")
    written(hardened(folder, "api/Dockerfile"))
    assert users((folder / "compose.yaml").read_text()) == {"api": "root", "worker": "root"}


def test_a_service_with_a_user_of_its_own_keeps_it(folder: Path) -> None:
    (folder / "compose.yaml").write_text(_COMPOSE.replace("    ports:", '    user: "1000:1000"\n    ports:'))
    (outcome,) = hardened(folder, "api/Dockerfile")
    assert outcome.result is not None
    assert "USER" in outcome.result.code
    assert not outcome.result.changes


def test_line_ends_stay(folder: Path) -> None:
    (folder / "compose.yaml").write_bytes(_COMPOSE.replace("\n", "\r\n").encode())
    written(hardened(folder, "api/Dockerfile"))
    after = (folder / "compose.yaml").read_bytes()
    assert after.count(b"\n") == after.count(b"\r\n")
    assert b"    user: root\r\n" in after


def test_a_compose_file_outside_of_the_repository_is_not_written(folder: Path) -> None:
    (folder / ".git").rmdir()
    (folder / "api" / ".git").mkdir()
    (outcome,) = hardened(folder, "api/Dockerfile")
    assert outcome.result is not None
    assert not outcome.result.changes


def test_without_a_repository_the_compose_file_above_is_written(folder: Path) -> None:
    (folder / ".git").rmdir()
    written(hardened(folder, "api/Dockerfile"))
    assert users((folder / "compose.yaml").read_text()) == {"api": "root", "worker": ""}


def test_a_link_is_not_written(folder: Path) -> None:
    (folder / "compose.yaml").rename(folder / "real.yaml")
    (folder / "compose.yaml").symlink_to("real.yaml")
    (outcome,) = hardened(folder, "api/Dockerfile")
    assert held(outcome) == ["U13"]


def test_who_writes_no_other_files_is_told(folder: Path) -> None:
    (outcome,) = hardened(folder, "api/Dockerfile", options=Options(select=frozenset({"add-user"})))
    assert held(outcome) == ["U13"]


def test_an_ignore_comment_keeps_both_away(folder: Path) -> None:
    path = folder / "api" / "Dockerfile"
    path.write_text(_DOCKERFILE.replace("CMD", "# harden: ignore[add-user]\nCMD"))
    (outcome,) = hardened(folder, "api/Dockerfile")
    assert held(outcome) == []


def test_two_dockerfiles_and_their_compose_file_are_one_change(folder: Path) -> None:
    (folder / "web").mkdir()
    (folder / "web" / "Dockerfile").write_text(_DOCKERFILE)
    (folder / "web" / "app.py").write_text(_WRITES)
    web = "  web:\n    build: ./web\n    volumes:\n      - ./web:/app\n"
    (folder / "compose.yaml").write_text(_COMPOSE + web)
    alone = hardened(folder, "api/Dockerfile", "web/Dockerfile")
    (change,) = [change for outcome in alone if outcome.result for change in outcome.result.changes]
    assert users(change.after) == {"api": "root", "worker": "", "web": "root"}

    together_ = hardened(folder, "api/Dockerfile", "compose.yaml", "web/Dockerfile", options=Options(other_files=True))
    compose = together_[1]
    assert compose.result is not None
    assert compose.result.source == _COMPOSE + web
    assert users(compose.result.code) == {"api": "root", "worker": "", "web": "root"}
    lines = {
        finding.message.split("`")[1]: finding.line for finding in compose.result.findings if "`" in finding.message
    }
    assert (lines["api"], lines["worker"], lines["web"]) == (2, 9, 12)
    changed = [change.place for outcome in together_ if outcome.result for change in outcome.result.changes]
    assert not any(place.endswith("compose.yaml") for place in changed)
    assert all(not outcome.error for outcome in written(together_))
    assert users((folder / "compose.yaml").read_text()) == {"api": "root", "worker": "", "web": "root"}
    again = hardened(folder, "api/Dockerfile", "compose.yaml", "web/Dockerfile", options=Options(other_files=True))
    assert not any(outcome.result is None or outcome.result.changes_any for outcome in again)


def test_all_is_written_or_nothing(folder: Path) -> None:
    outcomes = hardened(folder, "api/Dockerfile", "compose.yaml")
    (folder / "compose.yaml").write_text("services: {}\n")
    assert all(outcome.error for outcome in written(outcomes))
    assert (folder / "api" / "Dockerfile").read_text() == _DOCKERFILE


def test_the_diff_names_the_compose_file_from_where_it_is_run(folder: Path) -> None:
    done = command("api/Dockerfile", "--offline", "--isolated", "--select", "add-user", cwd=folder)
    assert "--- a/compose.yaml\n+++ b/compose.yaml\n" in done.stdout
    assert done.returncode == 1


def test_the_compose_file_is_found_from_another_folder(folder: Path) -> None:
    (folder / "x" / "y").mkdir(parents=True)
    line = ("../../api/Dockerfile", "--write", "--offline", "--isolated", "--select", "add-user")
    assert command(*line, cwd=folder / "x" / "y").returncode == 0
    assert users((folder / "compose.yaml").read_text()) == {"api": "root", "worker": ""}


def test_safe_changes_change_nothing_here(folder: Path) -> None:
    text = (folder / "api" / "Dockerfile").read_text()
    assert harden(text, filename="Dockerfile", options=Options(level=Options().level)).changes == ()
    done = command("api/Dockerfile", "--offline", "--isolated", "--safe", "--select", "add-user", cwd=folder)
    assert "compose.yaml\n" not in done.stdout


def test_who_is_asked_is_asked_once(folder: Path) -> None:
    path = folder / "api" / "Dockerfile"

    def runner(source: str, skipped: frozenset[Spot]) -> Result:
        (outcome,) = run_all([Job(path, replace(_ALONE, skip=skipped), data=source.encode(), placed=True)], 1)
        assert outcome.result is not None
        return outcome.result

    choice = begin(runner, _DOCKERFILE)
    assert not choice.current.changes_any
    offer = offers(runner, choice, Safety.HARDENING)
    assert offer is not None
    accepted = accept(runner, choice, offer.spot)
    assert "USER" in accepted.current.code
    assert [change.place for change in accepted.current.changes] == [str(folder / "compose.yaml")]
    assert offers(runner, accepted, Safety.HARDENING) is None


def plain(folder: Path, **files: str) -> Outcome:
    """Return what a run makes of a project with its Dockerfile at the top."""
    for name, text in {"Dockerfile": _DOCKERFILE, "app.py": _WRITES, **files}.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    (folder / "compose.yaml").unlink()
    return hardened(folder, "Dockerfile")[0]


_BASE = "services:\n  api:\n    build: .\n"
_MOUNTS = "    volumes: [./data:/data]\n"
_OVERRIDE = "services:\n  api:\n    volumes: [./data:/data]\n"


def test_an_override_that_mounts_says_it(folder: Path) -> None:
    files = {"docker-compose.yml": _BASE, "docker-compose.prod.yml": _OVERRIDE}
    outcome = plain(folder, **files)
    assert outcome.result is not None
    (change,) = outcome.result.changes
    assert Path(change.place).name == "docker-compose.prod.yml"
    assert users(change.after) == {"api": "root"}


def test_an_override_runs_as_the_user_of_what_it_adds_to(folder: Path) -> None:
    files = {"docker-compose.yml": f'{_BASE}    user: "1000:1000"\n', "docker-compose.prod.yml": _OVERRIDE}
    outcome = plain(folder, **files)
    assert outcome.result is not None
    assert "USER" in outcome.result.code
    assert not outcome.result.changes


@pytest.mark.parametrize(
    ("base", "name", "other"),
    [
        pytest.param(f'{_BASE}    user: "1000"\n', "a.yml", f"{_BASE}{_MOUNTS}", id="user-in-the-first-file"),
        pytest.param(_BASE + _MOUNTS, "a.yml", "services:\n  api:\n    user: '1000'\n", id="user-in-the-other-file"),
        pytest.param(_BASE + _MOUNTS, "a.yml", "services:\n  api:\n    cap_drop: [ALL]\n", id="fewer-capabilities"),
        pytest.param(_BASE + _MOUNTS, "b", "services:\n  api:\n    cap_drop: [ALL]\n", id="in-a-folder-beside"),
    ],
)
def test_two_files_that_disagree_are_held_back(folder: Path, base: str, name: str, other: str) -> None:
    place = "deploy/compose.yml" if name == "b" else "docker-compose.prod.yml"
    assert held(plain(folder, **{"docker-compose.yml": base, place: other})) == ["U13"]


def test_a_service_with_its_dockerfile_inside_is_left_alone(folder: Path) -> None:
    inline = f"services:\n  api:\n    build: {{context: ., dockerfile_inline: FROM alpine}}\n{_MOUNTS}"
    outcome = plain(folder, **{"docker-compose.yml": inline})
    assert outcome.result is not None
    assert "USER" in outcome.result.code
    assert not outcome.result.changes


def test_a_volume_that_is_a_folder_of_the_host_counts_as_one(folder: Path) -> None:
    options = "volumes:\n  data: {driver_opts: {type: none, o: bind, device: /srv/data}}\n"
    text = f"{_BASE}    volumes: [data:/data]\n  other:\n    build: .\n    volumes_from: [api]\n{options}"
    outcome = plain(folder, **{"docker-compose.yml": text})
    assert outcome.result is not None
    (change,) = outcome.result.changes
    assert users(change.after) == {"api": "root", "other": "root"}


def test_what_root_has_in_its_home_stays_there(folder: Path) -> None:
    load = "RUN python -c 'import sentence_transformers as s; s.SentenceTransformer(\"a\")'\nCOPY . ."
    files = {"Dockerfile": _DOCKERFILE.replace("COPY . .", load), "docker-compose.yml": _BASE + _MOUNTS}
    assert held(plain(folder, **files)) == ["U05"]


@pytest.mark.parametrize("start", ['["sh", "-c", "npm start"]', '["./start.sh"]'])
def test_npm_runs_as_the_owner_from_a_shell_and_a_script_too(folder: Path, start: str) -> None:
    files = {
        "Dockerfile": f"FROM node:16\nWORKDIR /app\nCOPY . .\nCMD {start}\n",
        "start.sh": "#!/bin/sh\nnpm run migrate\nexec node a.js\n",
        "package.json": '{"scripts": {"start": "node a.js", "migrate": "node a.js"}}',
        "a.js": 'require("fs").writeFileSync("/data/x", "")\n',
        "docker-compose.yml": _BASE + _MOUNTS,
    }
    assert "U13" in held(plain(folder, **files))
