"""Builds and runs every example before and after, and writes down what that shows.

    python -m tests.benchmarks.examples [NAME…]   measures all, or the named ones, into measurements.json
    python -m tests.benchmarks.examples --render  only writes docs/measurements.md and the README's block

Needs a Docker engine that has the base images. Times depend on the machine; sizes on the base images.
"""

from __future__ import annotations

import json
import sys
import tempfile
from pathlib import Path
from typing import Any

from hardener.verify.container.build import Builder
from hardener.verify.container.engine import Engine
from hardener.verify.container.lifetime import lifetime
from hardener.verify.judge.measure import measuring
from hardener.verify.judge.observe import Expected, observe
from tests.benchmarks import dev_stacks, stacks, verified, verify_adds
from tests.benchmarks.applications import section
from tests.corpus import ROOT
from tests.examples import EXAMPLES, Example

DATA = Path(__file__).parent / "measurements.json"
PAGE = ROOT / "docs" / "measurements.md"
README = ROOT / "README.md"
BEGIN, END = "<!-- measurements: begin -->", "<!-- measurements: end -->"

Row = dict[str, Any]


def measure(engine: Engine, logs: Path, example: Example, text: str, name: str) -> Row:
    """Build one text, run it, change a source file, build again; return what was seen.

    Raises:
        AssertionError: it does not build, or does not answer as it should.
    """
    builder = Builder(engine, example.plan, logs / example.name)
    first = builder.build(text, name)
    assert first.image, (example.name, name, first.tail)
    with measuring(builder, text) as changed:
        again = builder.timed(text, f"{name}-rebuild", changed.folder or example.folder, cold=False)
    assert again.image, (example.name, name, again.tail)
    seen = observe(engine, first.image, example.plan, Expected(example.plan.wait), brief=True)
    for ask, answer in zip(example.asks, seen.answers, strict=True):
        assert answer.status == ask.status, (example.name, name, answer)
        assert ask.body in answer.body, (example.name, name, answer)
    details = engine.inspect(first.image, "image")
    assert seen.stop is not None
    return {
        "size": details["Size"],
        "layers": len(details["RootFS"]["Layers"]),
        "rebuild": round(again.seconds, 1),
        "stop": round(seen.stop.seconds, 1),
        "killed": seen.stop.killed,
        "user": _user(engine, first.image, details["Config"].get("User") or "root"),
    }


def _user(engine: Engine, image: str, user: str) -> str:
    """Return the user of an image with its name, where it is a number that the image has a name for."""
    done = engine.call("run", "--rm", "--entrypoint", "cat", image, "/etc/passwd")
    entries = [line.split(":") for line in done.out.splitlines() if line.count(":") > 3]
    names = {entry[2]: entry[0] for entry in entries}
    name = names.get(user.partition(":")[0])
    return f"{name} ({user})" if name else user


def _known() -> dict[str, dict[str, Row]]:
    return dict(json.loads(DATA.read_text(encoding="utf-8"))) if DATA.exists() else {}


def _all(names: list[str]) -> dict[str, dict[str, Row]]:
    found = _known()
    with tempfile.TemporaryDirectory() as folder, lifetime("docker", Path(folder), print) as (engine, logs):
        for example in EXAMPLES:
            if names and example.name not in names:
                continue
            texts = {"before": example.found, "after": example.hardened}
            by_hand = example.folder / "Dockerfile.article"
            if by_hand.exists():
                texts["by hand"] = by_hand
            rows = {
                name: measure(engine, logs, example, path.read_text(encoding="utf-8"), name.replace(" ", "-"))
                for name, path in texts.items()
            }
            found = {**_known(), example.name: rows}
            print(example.name, found[example.name], flush=True)
            DATA.write_text(json.dumps(dict(sorted(found.items())), indent=1) + "\n", encoding="utf-8")
    return found


def table(found: dict[str, dict[str, Row]]) -> str:
    """Return the measurements as a Markdown table, a line an example."""
    lines = [
        "| example | size, MB | layers | rebuild, s | stop, s | user |",
        "|---|---|---|---|---|---|",
    ]
    for name, rows in found.items():
        before, after = rows["before"], rows["after"]
        cells = [
            f"{_size(before)} → {_size(after)}",
            f"{before['layers']} → {after['layers']}",
            f"{before['rebuild']:.1f} → {after['rebuild']:.1f}",
            f"{_stop(before)} → {_stop(after)}",
            f"{before['user']} → {after['user']}",
        ]
        lines.append(f"| [{name}](ROOT/examples/{name}) | " + " | ".join(cells) + " |")
    return "\n".join(lines) + "\n"


def _size(row: Row) -> str:
    return f"{row['size'] / 1e6:.0f}" if row["size"] >= 1e8 else f"{row['size'] / 1e6:.1f}"


def _stop(row: Row) -> str:
    return f"{row['stop']:.1f}" + (" (killed)" if row["killed"] else "")


def by_hand(found: dict[str, dict[str, Row]]) -> str:
    """Return the sentence that puts the article's own file beside ours."""
    rows = found["article"]
    return (
        "The article's author hardened the same application by hand (`examples/article/Dockerfile.article`): "
        f"{_told(rows['by hand'])}. `harden` makes of the file with the mistakes, on the base image that it had: "
        f"{_told(rows['after'])}.\n"
    )


def _told(row: Row) -> str:
    times = f"rebuild {row['rebuild']:.1f} s, stop {_stop(row)} s"
    return f"{_size(row)} MB, {row['layers']} layers, {times}, user {row['user']}"


_PAGE = """\
# Measured

Every application in `examples/` as its Dockerfile was found, and as `harden Dockerfile --write` leaves it: built, run,
asked over HTTP, stopped. Both answered alike. `python -m tests.benchmarks.examples` measures and writes this page; the
numbers are in `tests/benchmarks/measurements.json`.

{table}
{by_hand}
* size: what the engine says, all layers, uncompressed. The base images are stand-ins made of Debian packages under the
  public names: full ones are smaller than the real ones, slim ones larger.
* rebuild: the cache is warm, one comment line was added to a source file.
* stop: from `docker stop` to the end; killed: SIGTERM had no effect for 10 seconds.
* user: of the image, with the name that /etc/passwd there has for a number; root where it names none.
* article: as found it does not build (npm refuses to install into `/`), so before is `Dockerfile.mended`.
"""


def page(found: dict[str, dict[str, Row]]) -> str:
    """Return docs/measurements.md."""
    whole = _PAGE.format(table=table(found).replace("ROOT", ".."), by_hand=by_hand(found))
    return whole + section() + stacks.section() + dev_stacks.section() + verified.section() + verify_adds.section()


def with_block(text: str, found: dict[str, dict[str, Row]]) -> str:
    """Return the text of the README with its block of measurements made anew.

    Raises:
        ValueError: it has no markers.
    """
    start, end = text.index(BEGIN) + len(BEGIN), text.index(END)
    return text[:start] + "\n" + table(found).replace("ROOT/", "") + "\n" + by_hand(found) + text[end:]


def render() -> None:
    """Write docs/measurements.md and the README's block out of measurements.json."""
    found = json.loads(DATA.read_text(encoding="utf-8"))
    PAGE.write_text(page(found), encoding="utf-8")
    README.write_text(with_block(README.read_text(encoding="utf-8"), found), encoding="utf-8")


if __name__ == "__main__":
    if "--render" not in sys.argv:
        _all(sys.argv[1:])
    render()
