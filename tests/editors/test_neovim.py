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
local look = function(file)
  local ours = function() return vim.diagnostic.get(0) end
  vim.wait(15000, function() return #ours() > 0 end, 20)
  local codes = {}
  for _, one in ipairs(ours()) do table.insert(codes, one.code .. ":" .. one.lnum) end
  vim.fn.writefile({vim.fn.json_encode(codes)}, file)
end
look("seen.json")
vim.ui.select = function(items, _, choose)
  for _, one in ipairs(items) do
    if one[2].title:find("harden: log-limits", 1, true) == 1 then return choose(one) end
  end
end
vim.fn.cursor(2, 1)
vim.lsp.buf.code_action()
vim.wait(15000, function() return vim.fn.search("max-size", "n") > 0 end, 20)
vim.cmd("silent write")
vim.cmd("edit web.yaml")
look("manifest.json")
vim.cmd("qall!")
"""
COMPOSE = "services:\n  web:\n    image: nginx:1.27\n"
POD = "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec:\n  containers:\n    - name: a\n      image: nginx:1.27\n"


def test_compose_files_and_manifests_have_problems_and_fixes_and_are_not_formatted(tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    (tmp_path / "compose.yaml").write_text(COMPOSE + 'version: "3"\n')
    (tmp_path / "web.yaml").write_text(POD)
    (tmp_path / "look.lua").write_text(_LOOK)
    nvim(tmp_path, "compose.yaml", "-c", "luafile look.lua")
    made = Options(level=Safety.HARDENING, select=frozenset({"log-limits"}))
    expected = harden(COMPOSE + 'version: "3"\n', filename="compose.yaml", options=made).code
    # the quick fix alone: what is safe is not made on save
    assert (tmp_path / "compose.yaml").read_text() == expected
    assert "HD503:1" in json.loads((tmp_path / "seen.json").read_text())
    assert "HD610:5" in json.loads((tmp_path / "manifest.json").read_text())
