"""The applications of examples/: what they are asked, and what harden makes of their Dockerfiles.

`python -m tests.examples` writes each Dockerfile.hardened anew; tests/test_examples.py holds them in step.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from hardener import Options, Result, harden
from hardener.lookups.build_context import BuildContext
from hardener.lookups.build_files import builds_of
from hardener.rules.base import Lookup
from hardener.verify.model import Plan
from tests.corpus import ROOT

FOLDER = ROOT / "examples"


@dataclass(frozen=True)
class Ask:
    """A path, and what it answers: the status, and a part of the body."""

    path: str
    status: int
    body: str


@dataclass(frozen=True)
class Example:
    """One application.

    Attributes:
        name: of its folder.
        folder: the build context.
        port: that it listens on.
        touch: the source file that a developer changes.
        asks: what it is asked.
        found: the file that is built as it was; another than Dockerfile only where that cannot be built.
    """

    name: str
    folder: Path
    port: int
    touch: str
    asks: tuple[Ask, ...]
    found: Path

    @property
    def dockerfile(self) -> Path:
        return self.folder / "Dockerfile"

    @property
    def hardened(self) -> Path:
        return self.folder / "Dockerfile.hardened"

    @property
    def plan(self) -> Plan:
        """How `harden verify` would build, run and ask it."""
        probes = tuple(f"http://localhost:{self.port}{ask.path}" for ask in self.asks)
        return Plan(self.dockerfile, self.folder, probes=probes, touch=self.touch)


def _read(path: Path) -> Example:
    told = json.loads(path.read_text(encoding="utf-8"))
    asks = tuple(Ask(**ask) for ask in told["asks"])
    return Example(
        path.parent.name,
        path.parent,
        told["port"],
        told["touch"],
        asks,
        path.with_name(told.get("before", "Dockerfile")),
    )


EXAMPLES = tuple(_read(path) for path in sorted(FOLDER.glob("*/expect.json")))


def hardened(example: Example, answers: Mapping[Lookup, object] | None = None) -> Result:
    """Return what `harden Dockerfile` makes of an example; without answers of registries, that is, without digests."""
    options = Options(
        resolve=BuildContext(example.folder, example.dockerfile),
        find_builds=lambda: builds_of(example.folder),
        answers=answers or {},
    )
    return harden(example.dockerfile.read_bytes(), filename="Dockerfile", options=options)


if __name__ == "__main__":
    for each in EXAMPLES:
        each.hardened.write_text(hardened(each).code, encoding="utf-8")
