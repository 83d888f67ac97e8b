"""The snippet for Neovim in a real Neovim: open, see the problem, fix it, save: the file on the disk is formatted."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from hardener import Options, Safety, harden
from tests.corpus import ROOT, needs_program

pytestmark = [pytest.mark.editors, needs_program("nvim")]
TEXT = "# 😀 é\nFROM node:22-slim\nRUN apt-get update\nRUN apt-get install -y curl\nCMD node a.js\n"
_SEE = """
local ours = function() return vim.diagnostic.get(0) end
vim.wait(15000, function() return #ours() > 0 end, 20)
local codes = {}
for _, one in ipairs(ours()) do table.insert(codes, one.code .. ":" .. one.lnum) end
vim.fn.writefile({vim.fn.json_encode(codes)}, "seen.json")
vim.ui.select = function(items, _, choose)
  for _, one in ipairs(items) do
    if one[2].title:find("harden: exec-form", 1, true) == 1 then return choose(one) end
  end
end
vim.fn.cursor(5, 1)
vim.lsp.buf.code_action()
vim.wait(15000, function() return vim.fn.getline(5):find("[", 1, true) ~= nil end, 20)
vim.fn.writefile(vim.fn.getline(1, "$"), "fixed")
vim.cmd("silent write")
vim.cmd("silent write")
vim.cmd("qall!")
"""


def nvim(folder: Path, *arguments: str) -> None:
    """Run Neovim with the snippet in a folder."""
    command = json.dumps([sys.executable, "-m", "hardener", "lsp", "--isolated"]).replace("[", "{").replace("]", "}")
    snippet = ROOT / "editors" / "neovim" / "harden-0.7.lua"
    done = subprocess.run(
        ["nvim", "--headless", "-u", "NONE", "-i", "NONE", "--cmd", "filetype on",
         "--cmd", f"lua vim.g.harden_command = {command}", "--cmd", f"luafile {snippet}", *arguments],
        cwd=folder, env={**os.environ, "HOME": str(folder)}, capture_output=True, text=True, timeout=60, check=True,
    )  # fmt: skip
    assert "rror" not in done.stderr


def test_problems_are_shown_and_fixed_and_saving_formats_once(tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    (tmp_path / "Dockerfile").write_text(TEXT)
    (tmp_path / "see.lua").write_text(_SEE)
    nvim(tmp_path, "Dockerfile", "-c", "luafile see.lua")
    assert (tmp_path / "Dockerfile").read_text() == harden(TEXT, options=Options(level=Safety.SAFE)).code
    assert (tmp_path / "fixed").read_text() == TEXT.replace("CMD node a.js", 'CMD ["node", "a.js"]')
    seen = json.loads((tmp_path / "seen.json").read_text())
    assert {"HD101:2", "HD201:4"} <= set(seen)


_LOOK = """
local ours = function() return vim.diagnostic.get(0) end
vim.wait(15000, function() return #ours() > 0 end, 20)
local codes = {}
for _, one in ipairs(ours()) do table.insert(codes, one.code .. ":" .. one.lnum) end
vim.fn.writefile({vim.fn.json_encode(codes)}, "seen.json")
vim.cmd("silent write")
vim.cmd("qall!")
"""


def test_a_compose_file_has_problems_and_stays_as_it_is_on_save(tmp_path: Path) -> None:
    text = "services:\n  web:\n    image: nginx:1.27\n"
    (tmp_path / ".git").mkdir()
    (tmp_path / "compose.yaml").write_text(text)
    (tmp_path / "look.lua").write_text(_LOOK)
    nvim(tmp_path, "compose.yaml", "-c", "luafile look.lua")
    assert (tmp_path / "compose.yaml").read_text() == text
    assert "HD503:1" in json.loads((tmp_path / "seen.json").read_text())
