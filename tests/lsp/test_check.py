"""`harden lsp --check`: an editor asks whether this harden has a language server before it starts one."""

from __future__ import annotations

import subprocess

import pytest

from hardener import HardenError
from hardener.cli import lsp
from tests.lsp.client import SERVER


def test_it_says_that_it_can_serve_editors() -> None:
    done = subprocess.run([*SERVER, "--check"], capture_output=True, text=True, check=True)
    assert done.stdout.startswith("harden ")
    assert done.stdout.endswith(" can serve editors\n")


def test_it_says_what_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lsp, "find_spec", lambda name: None)
    with pytest.raises(HardenError, match="pip install pygls"):
        lsp.command.main(["--check"], standalone_mode=False)
