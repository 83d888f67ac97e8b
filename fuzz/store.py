"""The folder of a fuzzer: inputs worth starting from, and those that show a fault, each once."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

from fuzz.minimize import minimized
from fuzz.target import Target, kind_of, tried

#: more inputs than this of a target are not kept
KEPT = 4000


class Store:
    """What is kept of one target.

    Args:
        folder: of all targets; made if it is not there.
        target: whose inputs.
        seconds: for making an input small.
    """

    def __init__(self, folder: Path, target: Target, seconds: float = 10) -> None:
        self.target, self.seconds = target, seconds
        self.corpus = folder / target.name / "corpus"
        self.faults = folder / target.name / "faults"
        self.corpus.mkdir(parents=True, exist_ok=True)
        self.faults.mkdir(parents=True, exist_ok=True)
        self.inputs = [_read(path) for path in sorted(self.corpus.iterdir())]
        self.seen: set[str] = set()
        self.kinds = {path.name.partition("-")[0] for path in self.faults.iterdir()}
        self.tries = 0

    def try_one(self, text: str) -> BaseException | None:
        """Try an input; keep it if it shows something new, and a small one of it if it shows a new fault."""
        self.tries += 1
        features, error = tried(self.target, text)
        if error is not None:
            self._fault(text, error)
        elif not features <= self.seen:
            self.seen |= features
            if len(self.inputs) < KEPT and text not in self.inputs:
                self.inputs.append(text)
                _write(self.corpus / _name(text), text)
        return error

    def _fault(self, text: str, error: BaseException) -> None:
        kind = kind_of(error)
        if _name(kind) in self.kinds:
            return
        self.kinds.add(_name(kind))
        small = minimized(text, self._shows(kind), self.seconds)
        told = str(tried(self.target, small)[1] or error)
        _write(self.faults / f"{_name(kind)}-input", small)
        _write(self.faults / f"{_name(kind)}-told", f"{kind}\n{told}\n")
        print(f"{self.target.name}: {kind}\n  {small!r}", flush=True)

    def _shows(self, kind: str):  # type: ignore[no-untyped-def]
        def shows(text: str) -> bool:
            error = tried(self.target, text)[1]
            return error is not None and kind_of(error) == kind

        return shows

    def figures(self) -> dict[str, int]:
        """Return the figures of all runs over this folder, this one included."""
        path = self.corpus.parent / "figures.json"
        before = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
        now = {
            "tries": before.get("tries", 0) + self.tries,
            "kept": len(self.inputs),
            "faults": len(self.kinds),
        }
        path.write_text(json.dumps(now) + "\n", encoding="utf-8")
        self.tries = 0
        return now


def _name(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogateescape")).hexdigest()[:16]


def _read(path: Path) -> str:
    return path.read_bytes().decode("utf-8", "surrogateescape")


def _write(path: Path, text: str) -> None:
    path.write_bytes(text.encode("utf-8", "surrogateescape"))
