"""Which sources write where somebody tells them to, and which only look like it."""

from __future__ import annotations

import time
from types import SimpleNamespace
from typing import Any

import pytest

from hardener.rules.add_user.told_paths import is_told_where

ARGUMENTS = "import argparse, sys\n"
FILE = "const text = fs.readFileSync(name)\n"


def told(text: str) -> bool:
    """Ask about one source of an image with an ENTRYPOINT in exec form."""
    stage: Any = SimpleNamespace(entrypoint=SimpleNamespace(instruction=1, is_shell_form=False))
    texts: Any = SimpleNamespace(sources=[text])
    return is_told_where(stage, texts)


@pytest.mark.parametrize(
    "text",
    [
        f"{ARGUMENTS}p.add_argument('-o', '--output', help='where the server writes')",
        f"{ARGUMENTS}p.add_argument('--target')",
        "program = require('commander'); program.option('-o, --output <dir>')",
        "const out = process.argv[2]; fs.writeFileSync(out, x)",
        f"{ARGUMENTS}out = sys.argv[1]\nwith open(out, 'w') as f: pass",
        f"{FILE}multer.diskStorage({{ destination: (req, file, cb) => {{\n  cb(null, text)\n}} }})",
        "const c = JSON.parse(fs.readFileSync(process.env.CONFIG));\nfs.mkdirSync(c.dir)",
    ],
)
def test_told(text: str) -> None:
    assert told(text)


@pytest.mark.parametrize(
    "text",
    [
        f"{ARGUMENTS}p.add_argument('--port')",
        "app.listen(process.argv[2])",
        f"{ARGUMENTS}p.add_argument('--save', action='store_true')",
        f"{ARGUMENTS}p.add_argument('--target', help='URL of the service behind')",
        "const debug = process.argv.includes('-d'); exec('curl --output x')",
        f"{FILE}module.exports = cb => cb(null, text)",
        "const c = JSON.parse(fs.readFileSync(path.join(__dirname, 'c.json')));\nfs.mkdirSync(c.dir)",
        "cfg = json.load(open(os.path.join(os.path.dirname(__file__), 'c.json')))\nos.makedirs(cfg['dir'])",
    ],
)
def test_not_told(text: str) -> None:
    assert not told(text)


@pytest.mark.parametrize(
    "text", ["target: a " * 8000, ".String(" * 8000, "#[arg" * 8000, "a = sys.argv\nopen(a" * 4000]
)
def test_long_sources_take_no_time(text: str) -> None:
    start = time.monotonic()
    told(f"{ARGUMENTS}clap {text}")
    assert time.monotonic() - start < 2
