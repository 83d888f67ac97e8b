"""Makes pictures of the report from an invented fleet: `python -m tests.bot.example_fleet docs/images`."""

from __future__ import annotations

import json
import random
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from hardener.bot import history
from hardener.bot.ledger import Ledger
from hardener.bot.report.page import page
from hardener.bot.report.summary import summary

#: rule, the share of repositories that have it left, and why it is held back there, if it is
_LEFT = (
    ("HD201", "add-user", 0.55, "U15", "cannot tell where the process writes"),
    ("HD101", "pin-base-digest", 0.7, "", ""),
    ("HD103", "replace-latest", 0.2, "B07", "cannot tell which version is meant"),
    ("HD302", "locked-install", 0.3, "L02", "there is no lock file"),
    ("HD401", "split-stages", 0.35, "S30", "the build context is unknown"),
    ("HD203", "exec-form", 0.4, "", ""),
    ("HD304", "copy-manifests-first", 0.3, "", ""),
    ("HD306", "dockerignore", 0.6, "", ""),
    ("HD204", "healthcheck", 0.3, "H04", "cannot tell which port answers"),
)
_IMAGES = ("node:22-slim", "node:20", "python:3.12-slim", "python:3.9", "golang:1.24", "debian:12", "nginx:1.29",
           "eclipse-temurin:21-jre", "ruby:3.3", "php:8.3-apache")  # fmt: skip
_NAMES = ("shop", "pay", "search", "mail", "auth", "stock", "docs", "jobs", "feeds", "maps", "chat", "print")
_DAY = 86400.0


def made(path: Path | str, count: int = 240) -> Ledger:
    """Make a ledger of an invented fleet over twelve weeks."""
    chance, ledger, now = random.Random(17), Ledger(path), time.time()
    with ledger.change() as db:
        for number in range(count):
            name = f"acme/{chance.choice(_NAMES)}-{chance.choice(('api', 'web', 'worker', 'cron'))}-{number}"
            is_done = chance.random() < 0.18
            counts, reasons = [], []
            for code, rule, share, spec, text in _LEFT:
                if not is_done and chance.random() < share:
                    status = "held-back" if spec and chance.random() < 0.6 else "changed"
                    counts.append([code, rule, status, chance.choice((1, 1, 1, 2, 3))])
                    reasons += [[spec, rule, text, counts[-1][3]]] if status == "held-back" else []
            weights = range(len(_IMAGES), 0, -1)
            facts = {"counts": counts, "reasons": reasons, "errors": 0,
                     "images": dict.fromkeys(chance.choices(_IMAGES, weights, k=2), 1)}  # fmt: skip
            db.execute("INSERT INTO facts VALUES (?, ?, ?, ?)", (name, "f" * 40, now, json.dumps(facts)))
            opened = now - chance.betavariate(2, 1.4) * 84 * _DAY
            ended = min(now, opened + chance.expovariate(1 / (9 * _DAY)))
            state = chance.choices(("merged", "declined"), (5, 1))[0] if ended < now else "open"
            url = f"https://forge.example/{name}/pull/1"
            row = (name, 1, "harden/all", state, url, chance.randint(2, 9), opened, ended if ended < now else None)
            db.execute("INSERT INTO requests VALUES (?, ?, ?, ?, ?, ?, ?, ?)", row)
    return ledger


def main(folder: Path) -> None:
    """Write the page and look at it with Chromium, wide and as a phone does."""
    ledger = made(":memory:")
    html = Path(tempfile.mkdtemp()) / "fleet.html"
    html.write_text(page(summary(history.all_found(ledger), history.all_seen(ledger)), time.time()), encoding="utf-8")
    ledger.close()
    for name, size in (("fleet-report.png", "1280,1640"), ("fleet-report-phone.png", "500,1700")):
        subprocess.run(
            ["chromium", "--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", f"--window-size={size}",
             f"--screenshot={folder / name}", html.as_uri()],
            check=True, capture_output=True,
        )  # fmt: skip


if __name__ == "__main__":
    main(Path(sys.argv[1]).absolute())
