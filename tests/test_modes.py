"""chmod's arithmetic against the real chmod."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from hardener.image.modes import changed_mode, is_mode

WORDS = ("755", "0644", "+x", "a+x", "u+x", "ug+rwx", "go-rwx", "u=rw,go=", "u=rwX,go=rX", "o=r", "-x", "+rx", "+w",
         "a=r,u+w", "+X", "a-w,+x")  # fmt: skip


@pytest.mark.parametrize("text", WORDS)
@pytest.mark.parametrize("mode", [0o644, 0o755, 0o600, 0o664, 0o400, 0o711])
def test_as_chmod_does(text: str, mode: int, tmp_path: Path) -> None:
    if not is_mode(text):
        assert changed_mode(text, mode) is None
        return
    file = tmp_path / "file"
    file.touch()
    file.chmod(mode)
    subprocess.run(["sh", "-c", f"umask 022; chmod -- {text} {file}"], capture_output=True, check=False)
    assert int(changed_mode(text, mode) or "", 8) == file.stat().st_mode & 0o777


def test_what_depends_on_a_mode_that_is_not_known() -> None:
    assert changed_mode("755", None) == "755"
    assert changed_mode("+x", None) is None
    assert not is_mode("u+s")
    assert not is_mode("1777")
