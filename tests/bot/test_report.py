"""`harden fleet report`: what stands in the ledger, and the page over it."""

from __future__ import annotations

import csv
import io
import json
import re
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

from click.testing import CliRunner

from hardener.bot import history
from hardener.bot.forge.records import PullRequest
from hardener.bot.ledger import Ledger
from hardener.bot.mark import done, marked
from hardener.bot.report.page import page
from hardener.bot.report.summary import summary
from hardener.bot.rewriting import Group, Note
from hardener.cli.fleet import command
from tests.bot.github_server import Forge
from tests.bot.working import DONE, FILES, bench, go

EVIL = "<img src=https://evil.example/x onerror=alert(1)>&\"'\u202e\udcff"


def note(rule: str, status: str = "changed", reason: str = "", spec: str = "", code: str = "HD101") -> Note:
    return Note("Dockerfile", 1, code, rule, status, "text", spec, reason)


def arranged(path: Path | str) -> Ledger:
    """A ledger of three repositories; the texts of one are hostile."""
    ledger = Ledger(path)
    notes = (
        note("add-user"),
        note("pin-base-digest", "held-back", "no registry", "B01"),
        note("split-stages", "offered"),
    )
    full = Group("all", notes=notes, images=("node:24", "node:24", "debian:12"))
    evil = Group("all", notes=(note("locked-install", "held-back", EVIL, "X99"),), images=(EVIL,), errors=(EVIL,))
    history.found(ledger, "acme/full", "f" * 40, [full])
    history.found(ledger, f"acme/{EVIL}", "f" * 40, [evil])
    history.found(ledger, "acme/clean", "f" * 40, [Group("all")])
    body = marked("text", ("a" * 16, "b" * 16))
    one, two, three = (
        PullRequest(n, "t", body, is_open=True, is_merged=False, url=f"https://x.example/{n}") for n in (1, 2, 3)
    )
    history.seen(ledger, "acme/full", "harden/all", [one, two, three])
    closed = PullRequest(2, "t", body, is_open=False, is_merged=True)
    history.seen(ledger, "acme/full", "harden/all", [one, closed, PullRequest(3, "t", body, False, False)])
    history.seen(
        ledger, "acme/clean", "harden/all", [PullRequest(9, "t", done(body), False, False, url="javascript:x")]
    )
    return ledger


def test_the_figures() -> None:
    ledger = arranged(":memory:")
    found = summary(history.all_found(ledger), history.all_seen(ledger))
    assert [row.name for row in found.rows][::2] == ["acme/full", "acme/clean"]
    full = found.rows[0]
    assert full.left == {"runs as root": 1, "unpinned": 1, "build tools in the image": 1}
    assert (full.ready, full.held, full.url) == (1, 1, "https://x.example/1")
    assert found.states == {"open": 1, "merged": 1, "declined": 1, "closed": 1}
    assert (found.fixed, found.rate) == (2, 0.5)
    assert [(p.opened, p.merged, p.declined) for p in found.points][-1] == (4, 1, 1)
    assert sorted((spec, rule, n, homes) for spec, rule, _, n, homes in found.reasons) == [
        ("B01", "pin-base-digest", 1, 1),
        ("X99", "locked-install", 1, 1),
    ]
    assert found.images[0][1] == 1
    assert found.with_theme("runs as root") == 1


def test_a_request_that_is_opened_again_is_open() -> None:
    ledger, body = Ledger(":memory:"), marked("text", ("a" * 16,))
    for is_open in (True, False, True):
        history.seen(ledger, "a/b", "x", [PullRequest(1, "", body, is_open, is_merged=False)])
    (one,) = history.all_seen(ledger)
    assert (one.state, one.ended) == ("open", None)
    assert history.opened_since(ledger, one.opened - 1) == 1


class Elements(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))


def test_the_page_asks_for_nothing_and_text_stays_text() -> None:
    ledger = arranged(":memory:")
    text = page(summary(history.all_found(ledger), history.all_seen(ledger)), 1_800_000_000)
    text.encode()  # no half characters
    elements = Elements()
    elements.feed(text)
    names = {name for name, _ in elements.found}
    assert not names & {"img", "link", "iframe", "object", "image", "use", "base", "form"}
    for name, values in elements.found:
        assert not {"src", "style", "onclick", "onerror", "srcset"} & values.keys()
        if "href" in values:
            assert name == "a"
            assert (values["href"] or "").startswith("https://x.example/")
    assert "url(" not in text
    assert "@import" not in text
    assert "\u202e" not in text
    assert "javascript:" not in text
    assert "default-src &#x27;none" in text or "default-src 'none'" in text
    assert len(re.findall("<tr>", text)) == 4


def test_no_cell_is_a_formula() -> None:
    from hardener.bot.report.data import as_csv

    ledger = Ledger(":memory:")
    history.found(ledger, "=HYPERLINK(1)", "f", [Group("all", notes=(note("add-user"),), images=("@x",))])
    rows = list(csv.reader(io.StringIO(as_csv(summary(history.all_found(ledger), ())))))
    assert rows[1][0] == "'=HYPERLINK(1)"
    assert "'@x" in rows[1]
    assert len(rows[0]) == len(rows[1])


def run(*arguments: Any) -> Any:
    return CliRunner().invoke(command, ["report", *map(str, arguments)], standalone_mode=False)


def test_over_a_run(forge: Forge, tmp_path: Path) -> None:
    for name in ("acme/a", "acme/b"):
        forge.repository(name, FILES)
    ledger = Ledger(tmp_path / "l")
    go(bench(forge, ledger), "acme/a", "acme/b")
    forge.merge(1)
    forge.requests[1]["state"] = "closed"
    go(bench(forge, ledger), "acme/a", "acme/b")
    ledger.close()
    done = run(tmp_path / "l", "--output", tmp_path / "r.json")
    assert done.return_value == 0
    found = json.loads((tmp_path / "r.json").read_text())
    assert found["requests"]["merged"] == found["requests"]["declined"] == 1
    assert found["fixed"] > 3
    assert all("runs as root" not in row["left"] for row in found["repositories"]), "merged, or declined"
    assert found["images"] == [{"image": "node:24", "repositories": 2}]
    assert DONE not in json.dumps(found)
    assert run(tmp_path / "l", "--output", tmp_path / "r.html").return_value == 0
    assert run(tmp_path / "l", "--output", tmp_path / "r.csv").return_value == 0
    assert "name a FILE" in str(run(tmp_path / "l").exception)
    assert "no such ledger" in str(run(tmp_path / "none", "--format", "csv").exception)
