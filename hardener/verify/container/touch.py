"""A copy of the build context in which one source file has a line more."""

from __future__ import annotations

import os
import posixpath
import secrets
import shutil
from pathlib import Path

from hardener.lookups.build_context import BuildContext

#: How a comment line is written, by suffix.
_COMMENTS = {
    **dict.fromkeys((".py", ".rb", ".sh", ".pl", ".ex", ".exs", ".r"), "# {}"),
    **dict.fromkeys(
        (".js", ".mjs", ".cjs", ".ts", ".tsx", ".jsx", ".go", ".rs", ".java", ".kt", ".scala", ".c", ".h", ".cc",
         ".cpp", ".cs", ".swift", ".dart", ".fs", ".php"),
        "// {}",
    ),
    **dict.fromkeys((".html", ".vue", ".svelte", ".xml", ".md"), "<!-- {} -->"),
    **dict.fromkeys((".css",), "/* {} */"),
    **dict.fromkeys((".lua", ".hs", ".sql"), "-- {}"),
    **dict.fromkeys((".clj",), "; {}"),
    **dict.fromkeys((".txt",), "{}"),
}  # fmt: skip
#: Suffixes that are taken where no program is there.
_LATE = (".html", ".css", ".xml", ".md", ".txt", ".sql")
#: Manifests: a change of one is no change in the sources.
_MANIFESTS = frozenset({"requirements.txt", "setup.py", "conftest.py", "constraints.txt", "CMakeLists.txt"})
_SKIPPED = frozenset({".git", "node_modules", ".venv", "venv", "__pycache__", "test", "tests", "docs", "vendor"})
_MAIN = ("server", "app", "main", "index", "manage", "application", "program", "lib")
#: A larger context is not copied, in bytes.
LIMIT = 2 * 1024**3


def source_file(context: BuildContext, text: str) -> str | None:
    """Return the path in the context of the file that a developer would change, None where none is found.

    Args:
        context: what the build gets to see.
        text: the Dockerfile: a file that it names wins.
    """
    words = text.replace('"', " ").replace("'", " ").split()
    named = {posixpath.basename(word) for word in words}
    ranked = []
    for path in context.tree.paths:
        stem, suffix = posixpath.splitext(posixpath.basename(path))
        if suffix.lower() not in _COMMENTS or stem + suffix in _MANIFESTS or _SKIPPED & set(path.split("/")[:-1]):
            continue
        main = _MAIN.index(stem.lower()) if stem.lower() in _MAIN else len(_MAIN)
        late = suffix.lower() in _LATE
        ranked.append((stem + suffix not in named, late, main, path.count("/"), path))
    return min(ranked)[-1] if ranked else None


def changed_copy(context: BuildContext, file: str, target: Path) -> None:
    """Copy the context to `target`, with one line more at the end of `file`. The context itself is not touched.

    Raises:
        OSError: it cannot be copied, or is larger than `LIMIT`.
    """
    room = [LIMIT]

    def copy(source: str, destination: str) -> str:
        if not os.path.islink(source) and not os.path.isfile(source):  # noqa: PTH113, PTH114
            return destination  # a socket or a pipe is nothing to build with
        room[0] -= os.lstat(source).st_size
        if room[0] < 0:
            raise OSError(27, f"the context is larger than {LIMIT >> 30} GB")
        return str(shutil.copy2(source, destination, follow_symlinks=False))

    # where .dockerignore keeps the repository from builds anyway, it need not be copied
    ignore = None if context.exists(".git") else shutil.ignore_patterns(".git")
    shutil.copytree(context.folder, target, symlinks=True, copy_function=copy, ignore=ignore)
    path = target / file
    # new each time: the engine still has the steps of the last run in its cache
    comment = _COMMENTS.get(path.suffix.lower(), "{}").format(f"a line more {secrets.token_hex(4)}")
    data = path.read_bytes()
    newline = b"" if not data or data.endswith(b"\n") else b"\n"
    path.chmod(path.stat().st_mode | 0o200)
    path.write_bytes(data + newline + comment.encode() + b"\n")
