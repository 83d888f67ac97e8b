"""The documentation: its examples are run, its links lead somewhere, the site is built of it."""

from __future__ import annotations

import contextlib
import io
import json
import re
import runpy
import subprocess
import sys
from collections import Counter
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from hardener._version import DOCUMENTATION
from hardener.rules import every_rule
from tests.corpus import ROOT
from tests.links import Site, anchors, broken, links

DOCS = ROOT / "docs"
PAGES = [*sorted(DOCS.glob("*.md")), *(ROOT / name for name in ("README.md", "CONTRIBUTING.md", "SECURITY.md"))]
_BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_LINTERS = {"hadolint": "hadolint", "tally": "tally", "`docker build --check`": "buildkit", "Checkov": "checkov"}


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Site:
    """The site as site/docs.py builds it, with a stand-in for the page to try."""
    page = tmp_path_factory.mktemp("page")
    (page / "index.html").write_text("<title>try</title>")
    out = tmp_path_factory.mktemp("site") / "docs"
    command = [sys.executable, str(ROOT / "site" / "docs.py"), str(out), "--page", str(page)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return Site(out, urlsplit(DOCUMENTATION).path + "/")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_the_links_of_a_page_lead_somewhere(page: Path) -> None:
    assert broken(page) == []


def test_what_leads_nowhere_is_found(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("# A `b`: c\n[1](#a-b-c) [2](#a) [3](none.md) [4](page.md#a-b-c) `[5](x.md)` [6](https://x.y/z)\n")
    assert broken(page) == ["#a", "none.md"]
    assert links(page.read_text()) == ["#a-b-c", "#a", "none.md", "page.md#a-b-c"]
    assert anchors("# A\n## A\n```\n# no\n```\n") == {"a", "a-1"}
    (tmp_path / "index.html").write_text('<p id="a"><a href="#a">1</a><a href="#b">2</a><a href="../x">3</a>')
    (tmp_path / "two.html").write_text('<a href="/en/index.html#a">1</a><img src="https://x.y/z">')
    site = Site(tmp_path, "/en/")
    assert list(site.broken()) == ["index.html: #b", "index.html: ../x"]
    assert site.loaded() == {"https://x.y/z"}


def test_all_links_of_the_site_lead_somewhere_and_it_loads_nothing_of_other_hosts(site: Site) -> None:
    assert list(site.broken()) == []
    assert site.loaded() == set()


def test_the_site_has_each_page_and_what_findings_link_to(site: Site) -> None:
    missing = [page.stem for page in DOCS.glob("*.md") if page.stem != "index" and not site.has(page.stem)]
    assert missing == []
    assert site.has("index.html")
    assert site.has("page/")
    rules = [f"rules/#{rule.code.lower()}-{rule.name}" for rule in every_rule()]
    assert [rule for rule in rules if not site.has(rule)] == []


def test_each_page_is_in_the_navigation(site: Site) -> None:
    """What no other page leads to nobody finds."""
    linked = {target.split("#")[0].strip("./") for _, target in site.pages[site.folder / "index.html"].targets}
    assert {page.stem for page in DOCS.glob("*.md")} - {"index"} <= linked


def blocks(name: str) -> list[tuple[str, str]]:
    """Return (language, text) of the blocks of a page."""
    return _BLOCK.findall((DOCS / name).read_text(encoding="utf-8"))


def text_of(name: str, language: str) -> str:
    """Return the only block of a language."""
    (found,) = [text for kind, text in blocks(name) if kind == language]
    return found


def test_the_examples_of_the_library_print_what_stands_below_them(tmp_path: Path) -> None:
    found = blocks("library.md")
    assert [kind for kind, _ in found] == ["python", "text"] * (len(found) // 2)
    for (_, code), (_, printed) in zip(found[::2], found[1::2], strict=True):
        (tmp_path / "example.py").write_text(code)
        with contextlib.redirect_stdout(io.StringIO()) as out:
            runpy.run_path(str(tmp_path / "example.py"))
        assert out.getvalue() == printed


def test_the_library_page_names_what_is_public() -> None:
    import hardener

    text = (DOCS / "library.md").read_text(encoding="utf-8")
    told = set(re.findall(r"`([A-Z]\w+)[`(]", text)) - {"False", "HARDENING", "UNSAFE"}
    assert len(told) > 5
    assert {name for name in told if not hasattr(hardener, name)} == set()


def command(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """Run harden in a folder."""
    words = (sys.executable, "-m", "hardener", *words)
    return subprocess.run(words, cwd=folder, capture_output=True, text=True, check=False)


def test_getting_started_shows_what_harden_makes(tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    for language, name in (("json", "package.json"), ("js", "server.js")):
        (tmp_path / name).write_text(text_of("index.md", language))
    (tmp_path / "Dockerfile").write_text(next(text for kind, text in blocks("index.md") if kind == "dockerfile"))
    printed = command(tmp_path, "--offline").stdout
    assert printed.split("\nDockerfile\n")[0].rstrip() == text_of("index.md", "diff").rstrip()


def test_migration_shows_what_migrate_writes(tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    (tmp_path / ".hadolint.yaml").write_text(text_of("migration.md", "yaml"))
    (tmp_path / "Dockerfile").write_text(text_of("migration.md", "dockerfile"))
    done = command(tmp_path, "migrate")
    assert (done.returncode, done.stdout) == (0, text_of("migration.md", "diff"))
    assert done.stderr == text_of("migration.md", "text")


def test_the_comparison_has_the_figures_of_the_map() -> None:
    text = (DOCS / "comparison.md").read_text(encoding="utf-8")
    block = text.partition("<!-- map: begin -->")[2].partition("<!-- map: end -->")[0]
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in block.strip().splitlines()[2:]]
    assert [row[0] for row in rows] == list(_LINTERS)
    for name, *figures in rows:
        given = command(ROOT, "rules", "--map", _LINTERS[name], "--format", "json").stdout
        does = Counter(rule["does"] for rule in json.loads(given)["rules"])
        assert [int(one) for one in figures] == [does.total(), does["rewrites"], does["reports"], does[None]]


def test_the_comparison_quotes_other_pages_as_they_are() -> None:
    """Each figure that it takes from a page stands there."""
    text = (DOCS / "comparison.md").read_text(encoding="utf-8")
    speed, counts = ((DOCS / name).read_text(encoding="utf-8") for name in ("speed.md", "hadolint.md"))
    for figure in re.findall(r"([\d.]+) times as", text):
        assert figure in speed
    default = counts.partition("## The default run")[2].partition("\n## ")[0]
    assert "1136 of 1605 files changed." in default
    found = re.findall(r"((?:DL|SC)\d+)[^\d|]*(\d+) → (\d+)", text)
    assert len(found) == text.count("→")
    for row in found:
        assert f"| {' | '.join(row)} |" in default
