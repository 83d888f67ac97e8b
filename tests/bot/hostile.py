"""Repositories that somebody made to do harm: a name for each kind, and what makes one.

Each leaves the trap untouched: a path outside that whatever it smuggles in would make.
"""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path

from tests.bot.git_server import git
from tests.bot.github_server import Forge
from tests.bot.working import FILES

Files = dict[str, str | bytes]
Maker = Callable[[Forge, str, Path], None]
DOCKERFILE = str(FILES["Dockerfile"])


def _index(forge: Forge, name: str, mode: str, path: str, oid: str) -> None:
    """Add one entry to the base, of any mode."""
    bare = forge.root / f"{name}.git"
    old = forge.sha(name, "main")
    git(bare, "read-tree", old)
    git(bare, "update-index", "-z", "--index-info", stdin=f"{mode} {oid}\t{path}\0")
    new = git(bare, "commit-tree", git(bare, "write-tree"), "-p", old, "-m", "entry")
    git(bare, "update-ref", "refs/heads/main", new)


def _linked(path: str, target: str) -> Maker:
    """Make a link; `{trap}` stands for a path outside, `{outside}` for a folder with a Dockerfile."""

    def make(forge: Forge, name: str, trap: Path) -> None:
        forge.repository(name, {**FILES, "b/Dockerfile": DOCKERFILE})
        to = target.format(trap=trap, outside=trap.parent / "outside")
        _index(forge, name, "120000", path, git(forge.root / f"{name}.git", "hash-object", "-w", "--stdin", stdin=to))

    return make


def _holding(files: Callable[[Path], Files] | Files) -> Maker:
    """Make a repository with files beside the usual ones."""

    def make(forge: Forge, name: str, trap: Path) -> None:
        forge.repository(name, {**FILES, **(files if isinstance(files, dict) else files(trap))})

    return make


def _tree(entry: bytes) -> Maker:
    """Make a tree with an entry of a name that git itself would not take."""

    def make(forge: Forge, name: str, _: Path) -> None:
        bare = forge.repository(name, FILES)
        oid = git(bare, "rev-parse", "main:Dockerfile")
        tree = git(bare, "rev-parse", "main^{tree}") if b"/" in entry else ""
        rows = b"100644 Dockerfile\0" + bytes.fromhex(oid)
        mode, what = (b"40000", tree) if tree else (b"100644", oid)
        rows = b"".join(sorted([rows, mode + b" " + entry.strip(b"/") + b"\0" + bytes.fromhex(what)]))
        made = subprocess.run(
            ["git", "hash-object", "-t", "tree", "-w", "--literally", "--stdin"], cwd=bare, input=rows,
            capture_output=True, check=True,
        )  # fmt: skip
        new = git(bare, "commit-tree", made.stdout.decode().strip(), "-m", "tree")
        git(bare, "update-ref", "refs/heads/main", new)

    return make


def _submodule(forge: Forge, name: str, trap: Path) -> None:
    forge.repository(
        name, {**FILES, ".gitmodules": f'[submodule "s"]\n\tpath = s\n\turl = ext::sh -c "touch {trap}"\n'}
    )
    _index(forge, name, "160000", "s", "1" * 40)


def _many(forge: Forge, name: str, _: Path) -> None:
    bare = forge.repository(name, {"d/Dockerfile": "FROM scratch\n"})
    one = git(bare, "rev-parse", "main:d")
    rows = "".join(f"040000 tree {one}\td{number}\n" for number in range(2100))
    new = git(bare, "commit-tree", git(bare, "mktree", stdin=rows), "-m", "many")
    git(bare, "update-ref", "refs/heads/main", new)


def _branch(other: str) -> Maker:
    """Make a branch of a person that lies where the bot's own has to go."""

    def make(forge: Forge, name: str, _: Path) -> None:
        bare = forge.repository(name, FILES)
        git(bare, "update-ref", other, forge.sha(name, "main"))

    return make


def _bomb(trap: Path) -> Files:
    rows = [f"x{n}: &x{n} [{', '.join([f'*x{n - 1}'] * 9)}]\n" for n in range(1, 12)]
    return {"compose.yaml": "x0: &x0 [lol]\n" + "".join(rows) + "services: {a: {image: debian, command: *x11}}\n"}


def _shadows(trap: Path) -> Files:
    names = ("hardener/__init__.py", "json.py", "sitecustomize.py", "usercustomize.py", "tree_sitter/__init__.py")
    return dict.fromkeys(names, f"open({str(trap)!r}, 'w')\n")


def _attributes(trap: Path) -> Files:
    return {
        ".gitattributes": "* filter=evil diff=evil merge=evil\n*.big filter=lfs diff=lfs merge=lfs -text\n",
        ".gitconfig": f'[filter "evil"]\n\tsmudge = touch {trap}\n\tclean = touch {trap}\n',
        ".lfsconfig": f"[lfs]\n\turl = file://{trap}\n",
        "a.big": "version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n",
    }


def _hooks(trap: Path) -> Files:
    script = f"#!/bin/sh\ntouch {trap}\n"
    names = ("post-checkout", "post-merge", "pre-push", "pre-commit", "fsmonitor-watchman")
    return {
        ".gitconfig": f'[core]\n\thooksPath = .githooks\n\tfsmonitor = "touch {trap}"\n\tsshCommand = touch {trap}\n',
        ".pre-commit-config.yaml": f"repos: [{{repo: local, hooks: [{{id: x, entry: {script!r}}}]}}]\n",
        ".envrc": f"touch {trap}\n", **{f".githooks/{one}": script for one in names},
    }  # fmt: skip


def _paths_outside(trap: Path) -> Files:
    return {
        "compose.yaml": "include: [/etc/passwd, ../../x.yaml, 'https://127.0.0.1:1/x.yaml']\nservices:\n  a:\n"
        "    build: {context: ../../.., dockerfile: /etc/passwd}\n    env_file: [/etc/passwd, ../../.env]\n"
        f"    extends: {{file: /etc/hosts, service: a}}\n    volumes: ['{trap}:/x']\n",
        "requirements.txt": "-r requirements.txt\n-r /etc/passwd\n-c ../../../etc/hosts\n-e ../../..\n",
    }


_TEXT = "x @everyone #1 GH-1 <!-- harden done = --> [a](http://x) <img src=x> ``` ~~~"
_MARKUP: Files = {
    "Dockerfile": f'FROM node:24\nLABEL a="{_TEXT}"\n# /harden rebase\nENV B="{_TEXT}"\nCOPY "{_TEXT}" .\n'
    f"RUN npm ci && echo '{_TEXT}'\nCMD node '{_TEXT}'\n",
    "compose.yaml": f'services:\n  "{_TEXT[:20]}":\n    image: "debian"\n    command: "{_TEXT}"\n',
}

CORPUS: dict[str, Maker] = {
    "dockerfile-links-outside": _linked("a/Dockerfile", "{outside}/Dockerfile"),
    "folder-links-outside": _linked("folder", "{outside}"),
    "dockerignore-links-outside": _linked(".dockerignore", "{trap}"),
    "dockerfile-links-to-itself": _linked("a/Dockerfile", "Dockerfile"),
    "dockerfile-links-to-the-environment": _linked("a/Dockerfile", "/proc/self/environ"),
    "manifest-links-to-a-device": _linked("b/package.json", "/dev/zero"),
    "lock-links-up": _linked("b/package-lock.json", "../../../../../../etc/passwd"),
    "folder-links-to-its-parent": _linked("b/again", ".."),
    "control-characters": _holding({"x\x1b[2J\x07\x7f/Dockerfile": DOCKERFILE}),
    "newlines-and-markup-in-names": _holding({"x\n- @everyone `b` <img src=x>/Dockerfile": DOCKERFILE}),
    "names-like-options": _holding({"--upload-pack=touch x/Dockerfile": DOCKERFILE, "-rf/Dockerfile": DOCKERFILE}),
    "names-that-turn-around": _holding({"a\u202eelifrekcoD/Dockerfile": DOCKERFILE}),
    "long-names": _holding({f"{'n' * 200}/{'m' * 200}/Dockerfile": DOCKERFILE}),
    "deep-folders": _holding({f"{'d/' * 300}Dockerfile": DOCKERFILE}),
    "names-that-differ-in-case": _holding({"DOCKERFILE": DOCKERFILE, "dockerfile": DOCKERFILE}),
    "folder-as-dockerfile": _holding({"a/Dockerfile/Dockerfile": DOCKERFILE, "b/compose.yaml/x": "y"}),
    "name-that-is-no-text": _tree(b"\xff\xfe.Dockerfile"),
    "tree-with-dot-git": _tree(b".git/"),
    "tree-with-dot-dot": _tree(b"../"),
    "submodule-that-runs": _submodule,
    "filters-and-lfs": _holding(_attributes),
    "other-encodings": _holding({".gitattributes": "Dockerfile working-tree-encoding=UTF-16\n"}),
    "hooks": _holding(_hooks),
    "modules-that-shadow": _holding(_shadows),
    "configuration-that-takes": _holding({"harden.toml": '[registry]\nca-file = "/etc/passwd"\n'}),
    "configuration-that-nests": _holding({"harden.toml": f"ignore = {'[' * 50_000}"}),
    "yaml-bomb": _holding(_bomb),
    "yaml-that-nests": _holding({"compose.yaml": f"services: {'[' * 100_000}"}),
    "json-that-nests": _holding({"package.json": "[" * 200_000}),
    "huge-dockerfile": _holding({"big/Dockerfile": DOCKERFILE + "# x\n" * 300_000}),
    "one-long-line": _holding({"a/Dockerfile": f"FROM debian\nRUN echo {'$((' * 30_000}{'a ' * 200_000}\n"}),
    "thousands-of-instructions": _holding({"a/Dockerfile": "FROM debian\n" + "RUN apt-get install -y a\n" * 4000}),
    "too-many-dockerfiles": _many,
    "bytes-that-are-no-text": _holding({"a/Dockerfile": b"\xff\xfeF\0R\0O\0M\0", "b/Dockerfile": b"FROM a\0b\r\xff\n"}),
    "heredoc-without-an-end": _holding({"a/Dockerfile": "FROM debian\nRUN <<A <<B <<-'C'\n" + "x\n" * 9000}),
    "patterns-that-explode": _holding({".dockerignore": ("**/a" * 300 + "\n") * 20 + "[a-\n[" + "*" * 5000 + "\n"}),
    "owners-that-explode": _holding({"CODEOWNERS": ("*" * 2000 + "a @everyone\n") * 50}),
    "paths-outside": _holding(_paths_outside),
    "text-that-is-markup": _holding(_MARKUP),
    "branch-in-the-way": _branch("refs/heads/harden"),
    "tag-named-as-the-base": _branch("refs/tags/main"),
}


def made(forge: Forge, root: Path) -> dict[str, str]:
    """Make all of them at a forge, and return their names there by kind.

    Args:
        forge: that gets them.
        root: a folder outside, which holds "outside" with a Dockerfile, and no "trap".
    """
    (root / "outside").mkdir()
    (root / "outside" / "Dockerfile").write_text(DOCKERFILE)
    names = {kind: f"acme/{kind}" for kind in CORPUS}
    for kind, name in names.items():
        CORPUS[kind](forge, name, root / "trap")
    return names


def entries(forge: Forge, name: str, commit: str) -> dict[str, str]:
    """Return mode and object of each path of a commit."""
    done = subprocess.run(
        ["git", "ls-tree", "-r", "-z", "--full-tree", commit], cwd=forge.root / f"{name}.git", capture_output=True,
        check=True,
    )  # fmt: skip
    rows = done.stdout.decode(errors="surrogateescape").split("\0")
    return {row.partition("\t")[2]: row.partition("\t")[0] for row in rows if row}
