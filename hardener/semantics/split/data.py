"""Which files of the build context a compiled program may read when it runs (S13)."""

from __future__ import annotations

import posixpath
import re

from hardener.patterns import regex
from hardener.semantics.split import paths
from hardener.semantics.split.plan import Case, Data, Step

#: what no program reads: documentation, tests, settings of tools
_ASIDE = regex(
    r"(^|/)(\.git|\.github|\.gitlab|\.circleci|\.vscode|\.idea|\.devcontainer|testdata|tests?|docs?|vendor|node_modules"
    r"|target|build|bin|obj|out|\.gradle|\.mvn)/"
    r"|(^|/)(Dockerfile|Containerfile|Makefile|GNUmakefile|LICEN[CS]E|NOTICE|README|CHANGELOG|CONTRIBUTING|AUTHORS"
    r"|CODEOWNERS|SECURITY)[^/]*\Z"
    r"|(^|/)(docker-)?compose[^/]*\.ya?ml\Z|(^|/)\.(dockerignore|git\w+|editorconfig|golangci\.\w+|travis\.yml"
    r"|goreleaser\.\w+|gitlab-ci\.yml|pre-commit-config\.yaml|clang-format|clang-tidy|rustfmt\.toml)\Z|\.(md|rst|adoc)\Z"
    r"|(^|/)(renovate|dependabot)[^/]*\Z",
    re.IGNORECASE,
)
#: more places than this, and the whole context is copied
_MOST = 10


def read_at_run_time(case: Case, step: Step, code: str) -> tuple[Data, ...] | None:
    """Return what of a COPY's sources is to be copied into the runtime stage too; None for all of it, as it stands."""
    tree = case.project.files.tree
    named, target = paths.sources(case, step), paths.target(case, step)
    if tree is None or target is None or not named or getattr(step.node, "heredocs", None) or step.node.name == "ADD":
        return None
    ignored = re.compile(code)
    whole = named in ((".",), ("./",), ("/",))
    files = tree.paths if whole else tuple(f for n in named for m in tree.matching(n) for f in (m, *tree.below(m)))
    read = [p for p in files if tree.is_file(p) and not ignored.search(p) and not _ASIDE.search(p)]
    if not read:
        return ()
    if not whole or any(flag.text for flag in step.node.flags):
        return None
    tops = sorted({_top(path, tree.paths, ignored) for path in read})
    if len(tops) > _MOST or any(re.search(r"[\s*?\[\\\"']", top) for top in tops):
        return None
    return tuple(Data(top, posixpath.join(target, top)) for top in tops)


def _top(path: str, every: tuple[str, ...], ignored: re.Pattern[str]) -> str:
    """Return the outermost folder of a file that holds no code, the file itself where there is none."""
    parts = path.split("/")
    for depth in range(1, len(parts)):
        folder = "/".join(parts[:depth]) + "/"
        if not any(p.startswith(folder) and (ignored.search(p) or _ASIDE.search(p)) for p in every):
            return folder.rstrip("/")
    return path
