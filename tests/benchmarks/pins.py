"""500 files that name 60 images, pinned by harden and by pindock (PyPI) against one registry, without a cache."""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from pathlib import Path

from tests.benchmarks.compare import BIN, cost, tool

sys.path.insert(0, str(Path(__file__).parents[1] / "registry"))
FILES, IMAGES = 500, 60


def lay_out(folder: Path, host: str) -> list[str]:
    """Write the files; return their names."""
    names = []
    for number in range(FILES):
        place = folder / f"{number:03d}"
        place.mkdir()
        (place / "Dockerfile").write_text(f"FROM {host}/bench/pins:{number % IMAGES}\nRUN true\n")
        names.append(f"{number:03d}/Dockerfile")
    return names


def pinned(folder: Path) -> int:
    """Return how many of the files are pinned."""
    return sum("@sha256:" in path.read_text() for path in folder.glob("*/Dockerfile"))


def compare() -> dict[str, tuple[float, int]] | None:
    """Return (seconds, files pinned) by tool; None where docker-registry or pindock is not installed."""
    pindock = tool("pindock")
    if pindock is None or shutil.which("docker-registry") is None:
        return None
    from registry_push import pusher
    from registry_servers import Registry, registry

    os.environ.pop("HARDEN_OFFLINE", None)
    found = {}
    with tempfile.TemporaryDirectory() as one, registry(Path(one)) as host:
        pusher(Registry(host), "bench/pins").index(*(str(n) for n in range(IMAGES)))
        ours = [str(BIN / "harden"), "--isolated", "--write", "-q", "--select", "pin-base-digest"]
        for name, command in (
            ("harden", [*ours, "--insecure-registry", host, "."]),
            ("pindock", [pindock, "run"]),
        ):
            with tempfile.TemporaryDirectory() as work, tempfile.TemporaryDirectory() as cache:
                os.environ["XDG_CACHE_HOME"] = cache
                names = lay_out(Path(work), host)
                extra = names if name == "pindock" else []
                took = cost([*command, *extra], Path(work)).clock
                found[name] = (took, pinned(Path(work)))
    return found


def report() -> None:
    """Print the comparison."""
    found = compare()
    if found is None:
        print("pins: needs docker-registry (Debian) and pindock (PyPI)")
        return
    (ours, ours_pinned), (theirs, theirs_pinned) = found["harden"], found["pindock"]
    print(
        f"{FILES} files naming {IMAGES} images, pinned from an empty cache: pindock takes {theirs / ours:.1f} times as"
    )
    print(f"  long as harden ({theirs_pinned} and {ours_pinned} of {FILES} files pinned)")


if __name__ == "__main__":
    report()
