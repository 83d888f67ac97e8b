"""Stacks to develop with: a file is changed on the host, and the answer changes, before harden and after it.

python -m tests.benchmarks.dev_stacks [NAME …]  starts them with the engine at DOCKER_HOST, and writes dev_stacks.json
python -m tests.benchmarks.examples --render  writes the page
"""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from time import monotonic
from typing import Any

from tests.benchmarks.dev_projects import DEVELOPMENT, DevStack
from tests.benchmarks.stack_run import Project, project, write

FOUND = Path(__file__).parent / "dev_stacks.json"


def measured(stack: DevStack, *options: str) -> dict[str, Any]:
    """Start a stack, edit it, let harden change all its files, start it again and edit it again."""
    with project(stack.files, (stack.service, stack.port), stack.path, seconds=120) as made:
        before = _edited(made, stack, "first", "second")
        changes = made.harden(*options, whole=True)
        after = _edited(made, stack, "third", "fourth")
    return {"name": stack.name, "changes": changes, "before": before, "after": after}


@dataclass(frozen=True, slots=True)
class _Answers:
    """Tells whether an answer has a word in it."""

    word: str

    def __call__(self, body: str) -> bool:
        return self.word in body


def _edited(made: Project, stack: DevStack, old: str, new: str) -> dict[str, Any]:
    """Start a stack with a word in its source, write another word there, and return what it answered."""
    write(made.folder, {stack.source: stack.files[stack.source].replace("WORD", old)})
    try:
        made.start()
        first = made.answer(_Answers(old))[0]
        write(made.folder, {stack.source: stack.files[stack.source].replace("WORD", new)})
        began = monotonic()
        second = made.answer(_Answers(new))[0]
        took = round(monotonic() - began, 1)
        settings = made.inside()
    except RuntimeError as error:
        return {"answer": str(error), "after the edit": "", "seconds": 0, "services": {}}
    if second != "200":
        second += "\n" + made.run("logs", "--tail", "20")
    return {"answer": first, "after the edit": second, "seconds": took, "services": settings}


_HEAD = ("| stack | what changes the answer | answers, and with the edit | seconds to it | changed by harden |",
         "|---|---|---|---|---|")  # fmt: skip
_SECTION = """\

## Development stacks

{count} stacks whose sources are mounted from the host, started on {date} with `docker compose up`. A file of the host
is changed, and the answer has to change. Then `harden . --write` changes the compose file and the Dockerfile, and the
same is done again.

{table}
"""


def section() -> str:
    """Return the part of docs/measurements.md about development stacks."""
    found = json.loads(FOUND.read_text(encoding="utf-8"))
    rows = [_row(stack) for stack in found["stacks"]]
    return _SECTION.format(count=len(rows), date=found["date"], table="\n".join([*_HEAD, *rows]))


def _row(stack: dict[str, Any]) -> str:
    how = next(known.how for known in DEVELOPMENT if known.name == stack["name"])
    sides = stack["before"], stack["after"]
    answers = " → ".join("yes" if (s["answer"], s["after the edit"]) == ("200", "200") else "no" for s in sides)
    seconds = " → ".join(f"{side['seconds']:.1f}" for side in sides)
    return f"| {stack['name']} | {how} | {answers} | {seconds} | {', '.join(stack['changes']) or 'nothing'} |"


def main(names: list[str]) -> None:
    """Measure stacks, all or those that are named, and write what was seen."""
    known = json.loads(FOUND.read_text(encoding="utf-8"))["stacks"] if FOUND.exists() else []
    found = {stack["name"]: stack for stack in known}
    for stack in DEVELOPMENT:
        if not names or stack.name in names:
            found[stack.name] = measured(stack)
            print(json.dumps(found[stack.name]), flush=True)
            said = {"date": f"{datetime.now(UTC):%Y-%m-%d}", "stacks": list(found.values())}
            FOUND.write_text(json.dumps(said, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
