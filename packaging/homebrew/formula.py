"""Print the Homebrew formula of a release: `formula.py REPOSITORY SDIST` fills in harden.rb.in."""

from __future__ import annotations

import hashlib
import re
import sys
from pathlib import Path

_TEMPLATE = Path(__file__).with_name("harden.rb.in")
_SDIST = re.compile(r"hardener-([0-9]+(?:\.[0-9]+)*)\.tar\.gz")
_ADDRESS = re.compile(r"https://[A-Za-z0-9./_-]+")


def formula(repository: str, sdist: Path) -> str:
    """Return the formula for a source archive that the release of its version in `repository` holds.

    Raises:
        ValueError: the address or the name of the archive is not of the form that is expected.
    """
    found = _SDIST.fullmatch(sdist.name)
    if found is None or not _ADDRESS.fullmatch(repository):
        raise ValueError(f"cannot make a formula of {repository} and {sdist.name}")
    values = {
        "HOMEPAGE": repository,
        "URL": f"{repository}/releases/download/v{found[1]}/{sdist.name}",
        "SHA256": hashlib.sha256(sdist.read_bytes()).hexdigest(),
    }
    return re.sub(r"@([A-Z0-9]+)@", lambda match: values[match[1]], _TEMPLATE.read_text(encoding="utf-8"))


if __name__ == "__main__":
    sys.stdout.write(formula(sys.argv[1], Path(sys.argv[2])))
