"""Build the documentation site: `python site/docs.py [FOLDER]`, by default build/docs.

It takes docs/ and the pages of OUTSIDE, points links to other files of the repository there, and has zensical build
that. `--page FOLDER` adds the page to try, as site/build.py made it; `--repository URL` says where the files lie.
"""

from __future__ import annotations

import argparse
import os
import posixpath
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from hardener._version import DOCUMENTATION

ROOT = Path(__file__).resolve().parent.parent
#: pages that lie elsewhere in the repository, and what they are called on the site
OUTSIDE = {
    "CONTRIBUTING.md": "contributing.md",
    "SECURITY.md": "security.md",
    "editors/vscode/README.md": "vscode.md",
    "README.md": "index.md",
}
_FENCE = re.compile(r"^(```+|~~~+).*?^\1[ \t]*$", re.MULTILINE | re.DOTALL)
_LINK = re.compile(r"(\]\()([^)\s:#]+)((?:#[^)\s]*)?\))")
_DRAWING = re.compile(r"^```mermaid\n.*?^```\n", re.MULTILINE | re.DOTALL)
_OPEN = '<a href="page/">Open the page</a>'


def staged(text: str, place: str, repository: str) -> str:
    """Return a page as the site has it.

    Args:
        text: Markdown.
        place: its path in the repository.
        repository: the address of the repository, for links to what the site does not have.
    """
    up = posixpath.relpath("docs/images", posixpath.dirname(place))
    text = text.replace(f"]({DOCUMENTATION}/images/", f"]({up}/")
    text = _DRAWING.sub(f"[The picture]({repository}/blob/main/{place}) needs a program of another host.\n", text)
    parts, end = [], 0
    for fence in _FENCE.finditer(text):
        parts += [_linked(text[end : fence.start()], place, repository), fence[0]]
        end = fence.end()
    return "".join([*parts, _linked(text[end:], place, repository)])


def _linked(text: str, place: str, repository: str) -> str:
    def link(found: re.Match[str]) -> str:
        path = posixpath.normpath(posixpath.join(posixpath.dirname(place), found[2]))
        if path in OUTSIDE:
            return found[1] + OUTSIDE[path] + found[3]
        if path.startswith("docs/"):
            return found[1] + path.removeprefix("docs/") + found[3]
        kind = "tree" if (ROOT / path).is_dir() else "blob"
        return f"{found[1]}{repository}/{kind}/main/{path}{found[3]}"

    return _LINK.sub(link, text)


def stage(folder: Path, repository: str) -> None:
    """Write all that the site is made of to a folder."""
    docs = folder / "docs"
    shutil.copytree(ROOT / "docs", docs, ignore=shutil.ignore_patterns("*.md"))
    pages = {f"docs/{path.name}": path.name for path in (ROOT / "docs").glob("*.md")}
    pages |= {place: name for place, name in OUTSIDE.items() if name != "index.md"}
    for place, name in pages.items():
        text = (ROOT / place).read_text(encoding="utf-8")
        (docs / name).write_text(staged(text, place, repository), encoding="utf-8")
    shutil.copy(ROOT / "site" / "zensical.toml", folder)


def build(out: Path, repository: str, page: Path | None = None) -> str:
    """Build the site into `out`, which it replaces, and return what zensical says.

    Raises:
        subprocess.CalledProcessError: zensical cannot build it, or a link leads nowhere.
    """
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        stage(folder, repository)
        if page is not None:
            told = folder / "docs" / "try.md"
            title, text = told.read_text(encoding="utf-8").split("\n", 1)
            told.write_text(f"{title}\n\n{_OPEN}\n{text}", encoding="utf-8")
        command = [sys.executable, "-m", "zensical", "build", "--clean", "--strict"]
        plain = {**os.environ, "NO_COLOR": "1"}
        done = subprocess.run(command, cwd=folder, env=plain, capture_output=True, text=True, check=True)
        shutil.rmtree(out, ignore_errors=True)
        shutil.copytree(folder / "out", out)
    if page is not None:
        shutil.copytree(page, out / "page")
    return done.stdout


def main() -> None:
    """Build it as the command line says."""
    reader = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    reader.add_argument("folder", nargs="?", type=Path, default=ROOT / "build" / "docs")
    reader.add_argument("--page", type=Path, metavar="FOLDER")
    default = os.environ.get("HARDEN_REPOSITORY", "https://github.com/OWNER/harden")
    reader.add_argument("--repository", metavar="URL", default=default)
    chosen = reader.parse_args()
    try:
        build(chosen.folder, chosen.repository, chosen.page)
    except subprocess.CalledProcessError as error:
        sys.exit(f"{error.stdout}{error.stderr}")
    print(chosen.folder)


if __name__ == "__main__":
    main()
