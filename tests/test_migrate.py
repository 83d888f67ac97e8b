"""`harden migrate`: what hadolint was told, and what has no counterpart."""

from __future__ import annotations

from pathlib import Path

import pytest

from hardener.engine.hadolint import mapped, settings_of, with_comments
from hardener.errors import ConfigError
from hardener.knowledge.facts import facts
from hardener.rules import all_rules
from tests.test_cli import run

SOURCE = (
    "FROM debian:trixie-slim\n# hadolint ignore=DL3042,DL3008\nRUN pip install flask\n"
    "# hadolint ignore=DL3025\nCMD python a\n"
)
OURS = SOURCE.replace("# hadolint ignore=DL3042", "# harden: ignore[no-cache-dir]\n# hadolint ignore=DL3042").replace(
    "# hadolint ignore=DL3025", "# harden: ignore[exec-form]\n# hadolint ignore=DL3025"
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "Dockerfile").write_text(SOURCE)
    return tmp_path


def test_each_id_of_the_table_gives_rules_or_a_note() -> None:
    names = {rule.name for rule in all_rules()}
    for name in facts("linters")["hadolint"]["rules"]:
        found = mapped([name])
        assert found.rules or found.notes
        assert set(found.rules) <= names


@pytest.mark.parametrize(
    ("ids", "rules", "notes"),
    [
        (["DL3059"], ("merge-run",), ("DL3059 (RUN instructions that can be joined): merge-run is ignored, which also "
                                      "answers DL3009",)),
        (["dl3025", "DL3025"], ("exec-form",), ()),
        (["DL3006", "DL3007"], ("replace-latest", "pin-base-digest"), ()),
        (["DL3006"], (), ("DL3006 (image without a tag): replace-latest, pin-base-digest would do more than this, so "
                          "not ignored; add it if you want to",)),
        (["DL3009"], (), ("DL3009 (apt lists left in the image): merge-run, clean-package-cache would do more than "
                          "this, so not ignored; add it if you want to",)),
        (["SC2046"], (), ("SC2046: ShellCheck's, and harden does not run it: nothing to ignore",)),
        (["DL9999"], (), ("DL9999: no rule of harden is about it: nothing to ignore",)),
    ],
)  # fmt: skip
def test_ids_and_their_rules(ids: list[str], rules: tuple[str, ...], notes: tuple[str, ...]) -> None:
    found = mapped(ids)
    assert (found.rules, found.notes) == (rules, notes)


def test_comments_go_above_those_of_hadolint_which_hold_for_the_line_below(folder: Path) -> None:
    done = run("migrate", "--write", cwd=folder)
    assert done.returncode == 0, done.stderr
    assert (folder / "Dockerfile").read_text() == OURS
    assert b"Dockerfile:2: DL3008 (apt packages without a version): no rule" in done.stderr
    checked = run("--check", "--offline", "--select", "no-cache-dir,exec-form", "Dockerfile", cwd=folder)
    assert checked.returncode == 0, checked.stdout
    assert b"not needed" not in checked.stdout + checked.stderr
    again = run("migrate", "--write", cwd=folder)
    assert again.stderr.endswith(b"0 files to write.\n") or again.stderr.endswith(b"0 files written.\n")
    assert (folder / "Dockerfile").read_text() == OURS


def test_newlines_and_indents_are_kept() -> None:
    text = "FROM a\r\n  # hadolint ignore=DL3025\r\n  CMD x\r\n"
    assert with_comments(text).text == text.replace("  # had", "  # harden: ignore[exec-form]\r\n  # had")


@pytest.mark.parametrize(
    "text",
    [
        "FROM a\nRUN <<E\n# hadolint ignore=DL3025\nE\nCMD x\n",
        "FROM a\n# see hadolint ignore=DL3025\nCMD x\n",
        "FROM a\n# harden: ignore[HD, exec-form]\n# hadolint ignore=DL3025\nCMD x\n",
        "NO DOCKERFILE\n# hadolint ignore=DL3025\n",
    ],
)
def test_what_is_no_pragma_or_is_there_already_stays(text: str) -> None:
    assert with_comments(text).text == text


def test_a_comment_that_would_do_nothing_is_not_written(folder: Path) -> None:
    (folder / "Dockerfile").write_text('FROM scratch\n# hadolint ignore=DL3025\nCMD ["a"]\n')
    done = run("migrate", cwd=folder)
    assert done.stdout == b""
    assert done.stderr == b"0 files to write.\n"


def test_the_diff_is_the_default_and_the_configuration_has_its_own(folder: Path) -> None:
    (folder / ".hadolint.yaml").write_text(
        "ignored:\n  - DL3025\n  - DL3018\nfailure-threshold: error\ntrustedRegistries: [docker.io]\n"
        "override:\n  error: [DL3001]\n"
    )
    (folder / "b.Dockerfile").write_text("# hadolint global ignore=DL3042\nFROM a\nRUN pip install x\n")
    done = run("migrate", cwd=folder)
    assert (folder / "Dockerfile").read_text() == SOURCE
    assert not (folder / "harden.toml").exists()
    assert b"+++ b/harden.toml\n" in done.stdout
    said = done.stderr.decode()
    assert ".hadolint.yaml: DL3018 (apk packages without a version): no rule" in said
    assert ".hadolint.yaml: failure-threshold: see --fail-level" in said
    assert ".hadolint.yaml: trustedRegistries: no counterpart" in said
    assert ".hadolint.yaml: override: harden has levels" in said
    run("migrate", "--write", cwd=folder)
    assert (folder / "harden.toml").read_text() == (
        'ignore = ["exec-form"]\n\n[per-file-ignores]\n"b.Dockerfile" = ["no-cache-dir"]\n'
    )
    assert "exec-form" not in (folder / "Dockerfile").read_text()
    checked = run("--check", "--offline", "--select", "no-cache-dir,exec-form", ".", cwd=folder)
    assert checked.returncode == 0, checked.stdout


def test_a_configuration_that_is_there_gets_the_rules(folder: Path) -> None:
    (folder / "Dockerfile").write_text("# hadolint global ignore=DL3042\nFROM a\n")
    (folder / ".hadolint.yml").write_text("ignored: [DL3025, DL3004]\n")
    (folder / "harden.toml").write_text('# ours\nignore = ["no-sudo"] # why\n')
    done = run("migrate", "--write", cwd=folder)
    assert (folder / "harden.toml").read_text() == '# ours\nignore = ["exec-form", "no-sudo"] # why\n'
    assert b'add to per-file-ignores: "Dockerfile" = ["no-cache-dir"]' in done.stderr


@pytest.mark.parametrize("text", ["- a\n", "ignored: DL3025\n", "ignored: [[DL3025]]\n", "a: [\n"])
def test_what_is_no_configuration_of_hadolint_is_refused(text: str) -> None:
    with pytest.raises(ConfigError):
        settings_of(text, ".hadolint.yaml")


def test_an_empty_configuration_ignores_nothing() -> None:
    assert settings_of("", "x").ignored == settings_of("ignored:\n", "x").ignored == ()
