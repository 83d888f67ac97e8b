"""Makes the page to try: `python site/build.py OUT`, with harden installed and npm on the PATH.

OUT becomes a folder of static files that any web server can hand out; docs/try.md says more.
"""

from __future__ import annotations

import argparse
import hashlib
import importlib.metadata
import json
import shutil
import subprocess
import tempfile
import zipfile
from collections.abc import Iterator
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
PAGES = ("index.html", "style.css", "page.js", "link.js", "show.js", "worker.js", "grammars.js", "sw.js", "icon.svg")
VENDOR = {
    "pyodide/pyodide.mjs": "pyodide",
    "pyodide/pyodide.asm.mjs": "pyodide",
    "pyodide/pyodide.asm.wasm": "pyodide",
    "pyodide/pyodide-lock.json": "pyodide",
    "pyodide/python_stdlib.zip": "pyodide",
    "web-tree-sitter/web-tree-sitter.js": "web-tree-sitter",
    "web-tree-sitter/web-tree-sitter.wasm": "web-tree-sitter",
    "tree-sitter-bash.wasm": "tree-sitter-bash",
    "tree-sitter-yaml.wasm": "@tree-sitter-grammars/tree-sitter-yaml",
}
#: packages of Python that harden imports there, all of them without compiled parts
WHEELS = ("pathspec", "dockerfile-parse")
#: parts of harden that need a network, an engine or an editor
LEFT_OUT = ("bot", "lsp", "verify")
#: name of an example and the folder of its files
EXAMPLES = {
    "Node.js (the article)": ROOT / "examples" / "article",
    "Node.js with Express": ROOT / "examples" / "node-express",
    "Python with pip": ROOT / "examples" / "python-pip",
    "Go": ROOT / "examples" / "go",
    "Compose": HERE / "examples" / "compose",
}
_NOT_SHOWN = ("expect.json", "Dockerfile.*")
_TIME = (1980, 1, 1, 0, 0, 0)


def build(out: Path, modules: Path | None = None) -> None:
    """Fill the folder `out`, which is made new.

    Args:
        out: a folder that is not there, or that an earlier build made.
        modules: a node_modules folder that holds what package-lock.json names; installed by npm without it.
    """
    if out.exists():
        if not (out / "files.js").exists() and any(out.iterdir()):
            raise SystemExit(f"{out}: holds other files; name a new folder")
        shutil.rmtree(out)
    out.mkdir(parents=True)
    with tempfile.TemporaryDirectory() as temporary:
        modules = modules or _installed(Path(temporary))
        for place, package in VENDOR.items():
            target = out / "vendor" / place
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(modules / package / target.name, target)
        (out / "licenses.txt").write_text(_licenses(modules), encoding="utf-8")
    for name in PAGES:
        shutil.copyfile(HERE / name, out / name)
    _pack(out / "harden.zip")
    examples = [{"name": name, "files": _texts(folder)} for name, folder in EXAMPLES.items()]
    (out / "examples.json").write_text(json.dumps(examples), encoding="utf-8")
    _list(out)


def _installed(folder: Path) -> Path:
    for name in ("package.json", "package-lock.json"):
        shutil.copyfile(HERE / name, folder / name)
    command = ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
    subprocess.run(command, cwd=folder, check=True)
    return folder / "node_modules"


def _pack(target: Path) -> None:
    """Pack harden, the packages that it imports and the bridge; the same files give the same bytes."""
    found = dict(_sources())
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name in sorted(found):
            info = zipfile.ZipInfo(name, _TIME)
            info.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(info, found[name].read_bytes())


def _sources() -> Iterator[tuple[str, Path]]:
    for path in (ROOT / "hardener").rglob("*"):
        parts = path.relative_to(ROOT).parts
        if path.is_file() and parts[1] not in LEFT_OUT and "__pycache__" not in parts:
            yield "/".join(parts), path
    for path in (HERE / "python").glob("*.py"):
        yield path.name, path
    for name in WHEELS:
        for file in importlib.metadata.files(name) or ():
            if file.suffix == ".py" or "LICENSE" in file.name:
                yield str(file), Path(str(file.locate()))


def _texts(folder: Path) -> dict[str, str]:
    paths = [path for path in folder.rglob("*") if path.is_file() and not any(map(path.match, _NOT_SHOWN))]
    paths.sort(key=lambda path: (path.name != "Dockerfile", path))
    return {path.relative_to(folder).as_posix(): path.read_text(encoding="utf-8") for path in paths}


def _licenses(modules: Path) -> str:
    """Return whose work the page holds, and on what terms."""
    told = ["This page holds, besides harden (MIT, see its repository):"]
    for package in dict.fromkeys(VENDOR.values()):
        data = json.loads((modules / package / "package.json").read_text(encoding="utf-8"))
        source = data.get("repository")
        source = source["url"] if isinstance(source, dict) else source
        told.append(f"* {package} {data['version']}, {data['license']}, source: {source}")
    for name in WHEELS:
        data = importlib.metadata.metadata(name)
        told.append(f"* {name} {data['Version']}, {data['License-Expression'] or data['License'] or 'see harden.zip'}")
    for package in dict.fromkeys(VENDOR.values()):
        license_file = modules / package / "LICENSE"
        if license_file.exists():
            told += ["", f"-- {package} --", license_file.read_text(encoding="utf-8").strip()]
    return "\n".join(told) + "\n"


def _list(out: Path) -> None:
    """Write for the service worker which files there are, under a version that changes with any of them."""
    paths = sorted(path for path in out.rglob("*") if path.is_file() and path.name != "sw.js")
    version = hashlib.sha256()
    for path in [*paths, out / "sw.js"]:
        version.update(path.relative_to(out).as_posix().encode() + b"\0" + hashlib.sha256(path.read_bytes()).digest())
    names = [path.relative_to(out).as_posix() for path in paths if path.name != "index.html"]
    text = f"self.HARDEN = {json.dumps({'version': version.hexdigest()[:16], 'files': ['./', *names]})};\n"
    (out / "files.js").write_text(text, encoding="utf-8")


def main() -> None:
    """Run the command."""
    parser = argparse.ArgumentParser(description="Make the page to try as a folder of static files.")
    parser.add_argument("out", type=Path, help="the folder to make")
    parser.add_argument("--modules", type=Path, help="a node_modules folder to take, instead of running npm")
    arguments = parser.parse_args()
    build(arguments.out, arguments.modules)


if __name__ == "__main__":
    main()
