"""The page to try (site/) in Chromium: what it shows is what the command prints, and nothing leaves it."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.corpus import ROOT, needs, needs_program

INSTALLED = Path(os.environ.get("HARDEN_CODE_SERVER") or "HARDEN_CODE_SERVER")
DRIVER = ROOT / "tests" / "editors" / "page" / "drive.mjs"
IMAGES = os.environ.get("HARDEN_IMAGES", "")
pytestmark = [
    pytest.mark.editors,
    needs(INSTALLED / "node_modules" / "playwright-core", "Playwright (tests/editors/code-server/install)"),
    needs_program("chromium"), needs_program("npm"), needs_program("node"),
]  # fmt: skip
TYPED = "FROM node:22-slim\nRUN apt-get update\nRUN apt-get install -y curl # 😀\nCMD node a.js\n"
MARKUP = (
    "FROM debian:12\n# <b>x</b>\nRUN apt-get update && apt-get install -y '<img src=x onerror=window.hit=1>'\n"
    'LABEL a="<script>window.hit=1</script>"\nCMD node a.js\n'
)
YAML_ERROR = "services:\n  a:\n    image: 'x\n  b: [\n"
SERVER = "FROM httpd:2.4\nCOPY html/ /usr/local/apache2/htdocs/\n"
BUILT = 'services:\n  web:\n    build: .\n    ports: ["8080:80"]\n'
#: of the cases of rules, and of rules for compose files, each so many-th is shown
EACH = 190


def _texts(folder: Path) -> dict[str, str]:
    if not folder.is_dir():
        return {}
    files = [path for path in sorted(folder.rglob("*")) if path.is_file() and not path.is_symlink()]
    return {path.relative_to(folder).as_posix(): path.read_text(encoding="utf-8") for path in files}


def _cases() -> list[dict[str, Any]]:
    """Return what the page is asked: cases of rules at two levels, texts that are wrong, and last the examples."""
    asked = []
    for kind, name in (("rules/*/*.Dockerfile", "Dockerfile"), ("compose/*/*.yaml", "compose.yaml")):
        for file in sorted((ROOT / "tests").glob(kind))[::EACH]:
            beside = _texts(file.with_suffix(".context")) | _texts(file.with_suffix(".project"))
            if len(beside) < 50:
                asked.append({**beside, name: file.read_text(encoding="utf-8")})
    asked += [
        {"Dockerfile": MARKUP},
        {"Dockerfile": "FROM a\n", "compose.yaml": YAML_ERROR},
        {"notes": "no Dockerfile"},
    ]
    pairs = [{"files": files, "unsafe": place % 3 == 0} for place, files in enumerate(asked)]
    examples = [ROOT / "site" / "examples" / "compose", ROOT / "examples" / "python-pip"]
    return pairs + [{"files": _own(folder), "unsafe": False} for folder in examples]


def _own(folder: Path) -> dict[str, str]:
    left_out = ("expect.json", "Dockerfile.hardened")
    return {name: text for name, text in _texts(folder).items() if name not in left_out}


def _printed(files: dict[str, str], folder: Path, *, unsafe: bool = False) -> str:
    """Return the diff that the command prints in a folder with these files."""
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(text.encode())
    command = [sys.executable, "-m", "hardener", "--diff", "--quiet", "--offline", *["--unsafe-fixes"] * unsafe, "."]
    return subprocess.run(command, cwd=folder, capture_output=True, check=False).stdout.decode()


def _policy() -> str:
    """Return the header that docs/try.md advises."""
    return (
        (ROOT / "docs" / "try.md").read_text(encoding="utf-8").partition("Content-Security-Policy: ")[2].split("\n")[0]
    )


@pytest.fixture(scope="module")
def seen(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What a person sees who types, adds files, follows links, and comes back with a phone and without a network."""
    folder = tmp_path_factory.mktemp("page") / "out"
    command = [sys.executable, ROOT / "site" / "build.py", folder]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    asked = {"folder": str(folder), "browser": shutil.which("chromium"), "images": IMAGES, "typed": TYPED,
             "broken": "BAD thing\n", "asked": _cases(), "policy": _policy()}  # fmt: skip
    done = subprocess.run(["node", DRIVER, json.dumps(asked)], cwd=INSTALLED, capture_output=True, text=True,
                          timeout=300, check=False)  # fmt: skip
    assert done.stdout, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    assert "failed" not in found, found
    return found


def test_what_one_types_is_hardened_as_by_the_command(seen: dict[str, Any], tmp_path: Path) -> None:
    beside = _own(ROOT / "examples" / "article")
    beside = {name: text for name, text in beside.items() if not name.startswith("Dockerfile")}
    files = {**beside, "Dockerfile": TYPED}
    assert seen["typed"]["diff"] == _printed(files, tmp_path)
    assert seen["raced"] == seen["typed"]["diff"]
    assert seen["unsafe"] == _printed(files, tmp_path, unsafe=True)
    assert seen["findings"]
    assert all(address.startswith("https://") and "#" in address for address in seen["findings"])


def test_files_of_a_link_give_what_the_command_prints(seen: dict[str, Any], tmp_path: Path) -> None:
    asked = _cases()
    assert len(asked) > 10
    for place, (one, shown) in enumerate(zip(asked, seen["answers"], strict=True)):
        folder = tmp_path / str(place)
        folder.mkdir()
        assert shown["diff"] == _printed(one["files"], folder, unsafe=one["unsafe"]), one["files"]


def test_what_is_wrong_is_shown_with_its_place(seen: dict[str, Any]) -> None:
    assert seen["broken"].startswith("Dockerfile:5:1: unknown instruction BAD")
    assert seen["marked"] == 5
    assert seen["json"][0].startswith("composer.json:1:10: this is no JSON")
    wrong = [error for answer in seen["answers"] for error in answer["errors"]]
    assert any(error.startswith("compose.yaml:") and "Go to line" in error for error in wrong)
    assert any("no Dockerfile found" in error for error in wrong)


def test_text_never_becomes_markup(seen: dict[str, Any]) -> None:
    assert seen["markup"] == [0, 0]
    assert seen["errors"] == []


def test_by_keyboard_on_a_phone_in_the_dark(seen: dict[str, Any]) -> None:
    assert seen["arrow"] != "composer.json"  # from the new file's tab to the one before
    assert seen["width"] <= 390
    assert seen["ground"] != "rgb(255, 255, 255)"


def test_it_works_without_a_network_and_asks_no_other_host(seen: dict[str, Any]) -> None:
    last = _cases()[-1]["files"]
    assert seen["offline"] == {"text": last["Dockerfile"], "diff": seen["answers"][-1]["diff"]}
    assert seen["elsewhere"] == []
    assert "/worker.js" in seen["requests"]
