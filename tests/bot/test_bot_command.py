"""`harden bot run` as it is typed."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.bot.git_server import TOKEN, git
from tests.bot.github_server import Forge
from tests.bot.working import FILES, NAME


def harden(*arguments: object, **more: str) -> subprocess.CompletedProcess[str]:
    env = {key: value for key, value in os.environ.items() if key not in ("GH_TOKEN", "GITHUB_TOKEN")}
    command = [sys.executable, "-m", "hardener", "bot", "run", "--offline", *map(str, arguments)]
    return subprocess.run(command, env={**env, **more}, capture_output=True, text=True, check=False)


def test_a_list_of_repositories(forge: Forge, tmp_path: Path) -> None:
    forge.repository(NAME, FILES)
    names = tmp_path / "repos.txt"
    names.write_text(f"# ours\n{NAME}  # the shop\n\n")
    given = ("--file", names, "--api", forge.url, "--ledger", tmp_path / "l")
    done = harden(*given, HARDEN_BOT_TOKEN=TOKEN)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == f"{NAME}: harden/all: opened {forge.url}/{NAME}/pull/1\n"
    assert harden(*given, HARDEN_BOT_TOKEN=TOKEN).stdout == f"{NAME}: as before: harden/all: opened\n"


def test_a_dry_run_writes_to_a_folder_and_nowhere_else(forge: Forge, tmp_path: Path) -> None:
    forge.repository(NAME, FILES)
    out = tmp_path / "out"
    done = harden("--repo", NAME, "--api", forge.url, "--dry-run", out, HARDEN_BOT_TOKEN=TOKEN)
    assert (done.returncode, done.stdout) == (0, f"{NAME}: 2 files to change\n")
    assert f"written to {out}: 1 .patch and 1 .md\n" in done.stderr
    assert sorted(path.name for path in out.iterdir()) == ["acme-shop--harden-all.md", "acme-shop--harden-all.patch"]
    assert forge.writes() == []
    assert forge.sha(NAME, "harden/all") == ""
    git(tmp_path, "clone", "-q", str(forge.root / f"{NAME}.git"), "copy")
    git(tmp_path / "copy", "apply", str(out / "acme-shop--harden-all.patch"))
    assert "USER 1000" in (tmp_path / "copy" / "Dockerfile").read_text()


def test_a_dashboard_beyond_github(gitlab: Forge, tmp_path: Path) -> None:
    gitlab.repository(NAME, FILES)
    given = ("--repo", NAME, "--forge", "gitlab", "--api", gitlab.api, "--ledger", tmp_path / "l", "--dashboard")
    assert harden(*given, HARDEN_BOT_TOKEN=TOKEN).returncode == 0
    assert [issue["title"] for issue in gitlab.issues] == ["Container files: status"]


def test_checkouts_without_a_forge(tmp_path: Path) -> None:
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "Dockerfile").write_text(str(FILES["Dockerfile"]))
    done = harden("--local", tmp_path / "one", "--local", tmp_path / "two", "--dry-run", tmp_path / "out")
    assert done.returncode == 0
    assert len(list((tmp_path / "out").iterdir())) == 4
    done = harden("--local", tmp_path / "one", "--dry-run", tmp_path / "cut", "--group", "family")
    assert done.stdout == f"{tmp_path / 'one'}: 2 files to change\n", "a file counts once"
    (tmp_path / "one" / "web").mkdir()
    (tmp_path / "one" / "web" / "Dockerfile").write_text("FROM debian:13\nCMD sleep 9\n")
    harden("--local", tmp_path / "one", "--dry-run", tmp_path / "each", "--group", "file")
    names = [path.name for path in (tmp_path / "each").glob("*.patch")]
    assert any(re.search(r"--harden-file-[0-9a-f]{12}-web-Dockerfile\.patch$", name) for name in names), names
    assert (tmp_path / "one" / "Dockerfile").read_text() == FILES["Dockerfile"]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--local", "."], "--local needs --dry-run"),
        ([], "name something to work on"),
        (["--repo", "a/b"], "put a token into HARDEN_BOT_TOKEN"),
        (["--repo", "a/b", "--author", "x"], "NAME <MAIL>"),
        (["--file", "/none/such"], "put a token into"),
        (["--repo", "a/b", "--updates"], "leave out --offline"),
        (["--repo", "a/b", "--min-age", "7d"], "goes with --updates"),
        (["--repo", "a/b", "--template", "/none/such"], "cannot be read as a template"),
        (["--repo", "a/b", "--config", "/none/such.toml"], "/none/such.toml"),
    ],
)
def test_mistakes_are_told(arguments: list[str], said: str, tmp_path: Path) -> None:
    done = harden(*arguments, XDG_STATE_HOME=str(tmp_path))
    assert done.returncode == 2
    assert said in done.stderr


def test_the_options_stand_in_the_documentation() -> None:
    from click.testing import CliRunner

    from hardener.cli.bot import command
    from hardener.cli.fleet import command as fleet
    from tests.corpus import ROOT

    text = (ROOT / "docs" / "bot.md").read_text(encoding="utf-8")
    for of, name, arguments in ((command, "bot", ["run"]), (command, "bot", ["serve"]), (fleet, "fleet", ["report"])):
        printed = CliRunner().invoke(of, [*arguments, "--help"], prog_name=f"harden {name}", terminal_width=100).output
        assert f"```text\n{printed.rstrip()}\n```" in text


def test_its_image_and_compose_file_have_nothing_to_harden() -> None:
    """Digests are for a release to put in: they need a registry."""
    from tests.corpus import ROOT

    files = [str(ROOT / "docker" / "bot" / name) for name in ("Dockerfile", "compose.yaml")]
    done = subprocess.run(
        [sys.executable, "-m", "hardener", "--offline", "--ignore", "pin-base-digest", *files], capture_output=True,
        text=True, check=False, cwd=ROOT,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    assert "2 files, 0 would change" in done.stdout + done.stderr or "nothing" in done.stdout + done.stderr
    assert "held back" not in done.stdout
