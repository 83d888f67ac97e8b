"""The atheris driver, in a process of its own: `python -m fuzz.guided TARGET FOLDER SECONDS`.

atheris ends its process when it is done, and has to see modules while they are imported.
"""

from __future__ import annotations

import sys
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["hardener"]):
    from fuzz.store import Store
    from fuzz.targets import TARGETS


def main(name: str, folder: Path, seconds: int) -> None:
    """Follow the branches of the code for some seconds; faults go to the folder as those of the other driver do."""
    store = Store(folder, TARGETS[name])
    found = folder / name / "guided"
    found.mkdir(exist_ok=True)
    for number, text in enumerate(store.target.seeds()[:400]):
        (found / f"seed-{number:04}").write_bytes(text.encode("utf-8", "surrogateescape"))
    words = folder / name / "words.dict"
    words.write_text("".join(f'"{_escaped(word)}"\n' for word in store.target.words), encoding="ascii")

    def attempt(data: bytes) -> None:
        store.try_one(data.decode("utf-8", "surrogateescape"))
        if store.tries % 200 == 0:
            store.figures()

    # what ends the process, or hangs where no signal of Python is heard, is left among the faults
    ends = ["-timeout=60", f"-artifact_prefix={store.faults}/", "-verbosity=0"]
    options = [f"-max_total_time={seconds}", "-max_len=2000", f"-dict={words}", *ends]
    atheris.Setup([sys.argv[0], *options, str(found)], attempt, enable_python_coverage=True)
    atheris.Fuzz()


def _escaped(word: str) -> str:
    return "".join(f"\\x{byte:02x}" for byte in word.encode("utf-8", "surrogateescape"))


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), int(float(sys.argv[3])))
