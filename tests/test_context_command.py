"""`harden context`: sizes before and after .dockerignore, and what looks secret."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from hardener.cli.context import command
from hardener.errors import InputError
from hardener.lookups.context_sizes import Size, context_sizes
from hardener.output.context_report import amount, table
from hardener.project.secret_names import secret_kind


def fill(folder: Path, ignore: str | None = None) -> Path:
    files = {"src/a.py": 10, "node_modules/x/y.js": 5000, "node_modules/keep.js": 7, ".env": 3, ".env.example": 3,
             "certs/tls.key": 4, ".git/config": 6, "Dockerfile": 20}  # fmt: skip
    for name, size in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(b"x" * size)
    (folder / "link").symlink_to("/etc")
    if ignore is not None:
        (folder / ".dockerignore").write_text(ignore)
    return folder


def test_without_a_dockerignore_all_may_be_sent(tmp_path: Path) -> None:
    found = context_sizes(fill(tmp_path))
    assert found.ignore_file == ""
    assert found.total == Size(9, 5053, 9, 5053)
    assert dict(found.entries)["node_modules/"] == Size(2, 5007, 2, 5007)
    assert dict(found.entries)["link"] == Size(1, 0, 1, 0)
    assert [(one.path, one.is_sent) for one in found.secrets] == [(".env", True), ("certs/tls.key", True)]


def test_what_dockerignore_keeps_out_is_not_sent(tmp_path: Path) -> None:
    found = context_sizes(fill(tmp_path, "node_modules\n!node_modules/keep.js\n.env\n.git\n"))
    assert dict(found.entries)["node_modules/"] == Size(2, 5007, 1, 7)
    assert dict(found.entries)[".git/"] == Size(1, 6, 0, 0)
    assert [(one.path, one.is_sent) for one in found.secrets] == [(".env", False), ("certs/tls.key", True)]


def test_the_own_dockerignore_of_a_dockerfile_wins(tmp_path: Path) -> None:
    fill(tmp_path, "*\n")
    (tmp_path / "Dockerfile.dockerignore").write_text("certs\n")
    found = context_sizes(tmp_path, tmp_path / "Dockerfile")
    assert found.ignore_file.endswith("Dockerfile.dockerignore")
    assert dict(found.entries)["src/"].sent_files == 1
    assert [one.path for one in found.secrets if one.is_sent] == [".env"]


def test_a_malformed_dockerignore_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="malformed"):
        context_sizes(fill(tmp_path, "[\n"))


def test_the_command(tmp_path: Path) -> None:
    fill(tmp_path, "node_modules\n.env\ncerts\n")
    done = CliRunner().invoke(command, [str(tmp_path), "--format", "json"], standalone_mode=False)
    assert done.return_value == 0
    said = json.loads(done.output)
    assert (said["bytes"], said["sent_bytes"]) == (5077, 63)
    assert said["secrets"][0] == {"path": ".env", "kind": "variables", "sent": False}
    text = table(context_sizes(tmp_path))
    assert "63 B of 5.08 kB may be sent" in text
    assert "kept out, and may hold a secret: 2 files" in text
    (tmp_path / ".dockerignore").write_text("node_modules\n")
    done = CliRunner().invoke(command, [str(tmp_path)], standalone_mode=False)
    assert done.return_value == 1
    assert "certs/tls.key  (a key)" in done.output


def test_the_page_has_a_picture_of_both(tmp_path: Path) -> None:
    fill(tmp_path, "node_modules\n.env\n")
    (tmp_path / "<b>.bin").write_bytes(b"x" * 90)
    done = CliRunner().invoke(command, [str(tmp_path), "--format", "html"], standalone_mode=False)
    assert done.return_value == 1
    there, sent = (part.partition("</figure>")[0] for part in done.output.split("<figure")[1:])
    assert "In the folder: 5.16 kB" in there
    assert "node_modules/: 5.01 kB, 2 files" in there
    assert "May be sent: 151 B" in sent
    assert "node_modules" not in sent
    assert "src/: 10 B, 1 file<" in sent
    assert "<b>" not in done.output
    assert "&lt;b&gt;.bin" in sent
    assert "<li>certs/tls.key (a key)</li>" in done.output.partition("Kept out")[0]
    assert "<li>.env (variables)</li>" in done.output.partition("Kept out")[2]


def test_what_harden_would_keep_out(tmp_path: Path) -> None:
    fill(tmp_path)
    (tmp_path / "Dockerfile").write_text("FROM python:3.12-slim\nCOPY . /app\n")
    done = CliRunner().invoke(command, [str(tmp_path)], standalone_mode=False)
    lines = done.output.splitlines()
    assert lines[1].startswith("with the .dockerignore that harden writes: ")
    titles = next(line for line in lines if "in the folder" in line)
    assert titles.endswith("after harden")
    git = next(line for line in lines if line.startswith(".git/"))
    assert git.split() == [".git/", "1", "6", "B", "1", "6", "B", "0", "0", "B"]
    said = json.loads(CliRunner().invoke(command, [str(tmp_path), "--format", "json"], standalone_mode=False).output)
    assert said["after_harden"]["sent_files"] < said["sent_files"]
    page = CliRunner().invoke(command, [str(tmp_path), "--format", "html"], standalone_mode=False).output
    there, sent, after = (part.partition("</figure>")[0] for part in page.split("<figure")[1:])
    assert ".git/" in there
    assert ".git/" in sent
    assert ".git/" not in after
    assert not (tmp_path / ".dockerignore").exists()


def test_a_dockerfile_that_harden_cannot_read_has_no_after(tmp_path: Path) -> None:
    fill(tmp_path)
    (tmp_path / "Dockerfile").write_text("FROM\n")
    done = CliRunner().invoke(command, [str(tmp_path), "--format", "json"], standalone_mode=False)
    assert json.loads(done.output)["after_harden"] is None


def test_the_page_of_an_empty_folder(tmp_path: Path) -> None:
    done = CliRunner().invoke(command, [str(tmp_path), "--format", "html"], standalone_mode=False)
    assert done.return_value == 0
    assert "<figure" not in done.output
    assert "there is no .dockerignore" in done.output


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        (".env", "variables"),
        ("a/.env.production", "variables"),
        (".env.example", ""),
        ("src/environment.ts", ""),
        ("id_rsa", "a key"),
        ("id_rsa.pub", ""),
        ("certifi/cacert.pem", ""),
        ("ca.pem", ""),
        ("server-key.pem", "a key"),
        ("deploy/.npmrc", "credentials"),
        ("gcp-service-account.json", "credentials"),
        ("terraform.tfstate", "the state of Terraform"),
        ("secrets.yaml", "secrets"),
        ("monkey.txt", ""),
    ],
)
def test_names_that_look_secret(path: str, kind: str) -> None:
    assert secret_kind(path) == kind


def test_amounts() -> None:
    assert [amount(n) for n in (0, 999, 1000, 1234567, 999_600)] == ["0 B", "999 B", "1 kB", "1.23 MB", "1 MB"]


def test_a_dockerfile_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    done = CliRunner().invoke(command, [str(tmp_path), "--dockerfile", str(tmp_path / "none")], standalone_mode=False)
    assert isinstance(done.exception, InputError)
    assert str(done.exception) == f"{tmp_path / 'none'}: no such file"
