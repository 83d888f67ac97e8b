"""The Homebrew formula of a release."""

from __future__ import annotations

import hashlib
import runpy
from pathlib import Path

import pytest

from tests.corpus import ROOT

formula = runpy.run_path(str(ROOT / "packaging" / "homebrew" / "formula.py"))["formula"]


def test_the_formula_names_the_archive_of_the_release_by_its_hash(tmp_path: Path) -> None:
    sdist = tmp_path / "hardener-1.2.3.tar.gz"
    sdist.write_bytes(b"archive")
    text = formula("https://github.com/owner/harden", sdist)
    assert 'url "https://github.com/owner/harden/releases/download/v1.2.3/hardener-1.2.3.tar.gz"\n' in text
    assert f'sha256 "{hashlib.sha256(b"archive").hexdigest()}"\n' in text
    assert 'homepage "https://github.com/owner/harden"\n' in text
    assert "@HOMEPAGE@" not in text


@pytest.mark.parametrize("repository", ["http://example.com", 'https://example.com/"; system("x")', ""])
def test_an_address_that_is_none_makes_no_formula(tmp_path: Path, repository: str) -> None:
    (tmp_path / "hardener-1.2.3.tar.gz").write_bytes(b"archive")
    with pytest.raises(ValueError, match="cannot make a formula"):
        formula(repository, tmp_path / "hardener-1.2.3.tar.gz")
