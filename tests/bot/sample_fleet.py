"""Makes a fleet to measure: `python -m tests.bot.sample_fleet OUT COUNT CHECKOUTS...`.

Each repository is a checkout of a real one, with one more Dockerfile of the shared corpus, so that no two are alike.
Files are links to one copy of each checkout: 2,000 repositories take little room. Checkouts come in an order that is
mixed once for each round, so that any hundred of them is much like the next.
"""

from __future__ import annotations

import gzip
import json
import os
import random
import shutil
import sys
from pathlib import Path

from tests.corpus import WILD

#: larger files are left out, in bytes: nothing reads them
_LARGE = 1 << 20


def copied(checkout: Path, home: Path) -> Path:
    """Copy what is read of a checkout, without its history, links and large files."""

    def left_out(folder: str, names: list[str]) -> set[str]:
        paths = {name: Path(folder, name) for name in names}
        return {
            name
            for name, one in paths.items()
            if name == ".git" or one.is_symlink() or (one.is_file() and one.stat().st_size > _LARGE)
        }

    out = home / f"{checkout.parent.name}-{checkout.name}"
    shutil.copytree(checkout, out, ignore=left_out)
    return out


def wild() -> list[str]:
    """Return the Dockerfiles of the corpus, mixed."""
    with gzip.open(WILD, "rt", encoding="utf-8") as lines:
        texts = [json.loads(line)["text"] for line in lines]
    random.Random(17).shuffle(texts)
    return texts


def make(out: Path, count: int, checkouts: list[Path]) -> None:
    """Make the repositories."""
    home = out.with_name(f"{out.name}.from")
    home.mkdir(parents=True)
    copies, texts, mixed = [copied(one, home) for one in checkouts], wild(), random.Random(2000)
    order: list[Path] = []
    while len(order) < count:
        order += mixed.sample(copies, len(copies))
    for number, source in enumerate(order[:count]):
        folder = out / f"r{number:05}"
        shutil.copytree(source, folder, copy_function=os.link)
        extra = folder / "from-the-corpus"
        extra.mkdir()
        (extra / "Dockerfile").write_text(texts[number % len(texts)], encoding="utf-8", errors="surrogateescape")


if __name__ == "__main__":
    make(Path(sys.argv[1]), int(sys.argv[2]), [one for name in sys.argv[3:] for one in [Path(name)] if one.is_dir()])
