"""Which files of the build context a compiled program may read when it runs (S13)."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable

from hardener.fast.patterns import regex
from hardener.rules.split_stages import paths
from hardener.rules.split_stages.model import Case, Data, Step

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
#: folders whose files a program may read all the same, where it names them
_NAMED = regex(r"(^|/)(testdata|tests?|docs?|vendor|target|build|bin|out)/")
_LITERAL = regex(r"\"([^\"\n]+)\"|`([^`\n]+)`|'([^'\n]+)'|=\s*([\w./-]+)\s*$", re.MULTILINE)
#: what clusters, builders and CI read
_DEPLOYS = regex(
    r"(^|/)(skaffold|cloudbuild|buildspec|kustomization|azure-pipelines|codecov|Taskfile)[^/]*\.ya?ml\Z"
    r"|(^|/)(Procfile|Jenkinsfile|Tiltfile|fly\.toml|sonar-project\.properties)\Z"
)
_MANIFEST = (regex(r"(?m)^apiVersion:"), regex(r"(?m)^kind:"))
_TEXTS = regex(
    r"\.(go|rs|c|cc|cpp|cxx|h|hpp|java|kt|scala|cs|fs|ya?ml|toml|json|ini|conf|properties)\Z|(^|/)\.env[^/]*\Z"
)
#: more places than this, and the whole context is copied
_MOST = 10


def read_at_run_time(case: Case, step: Step, code: str) -> tuple[Data, ...] | None:
    """Return what of a COPY's sources is to be copied into the runtime stage too; None for all of it, as it stands."""
    tree = case.project.files.tree
    named, target = paths.sources(case, step), paths.target(case, step)
    if tree is None or target is None or not named or getattr(step.node, "heredocs", None) or step.node.name == "ADD":
        return None
    whole = named in ((".",), ("./",), ("/",))
    files = tree.paths if whole else tuple(f for n in named for m in tree.matching(n) for f in (m, *tree.below(m)))
    unread = never_read(case, code)
    read = [p for p in files if tree.is_file(p) and not unread(p)]
    if not read:
        return ()
    if not whole or any(flag.text for flag in step.node.flags):
        return None
    tops = sorted({_top(path, tree.paths, unread) for path in read})
    if len(tops) > _MOST or any(re.search(r"[\s*?\[\\\"']", top) for top in tops):
        return None
    return tuple(Data(top, posixpath.join(target, top)) for top in tops)


def never_read(case: Case, code: str) -> Callable[[str], bool]:
    """Return what tells of a path of the build context that the program does not read it when it runs.

    Args:
        case: the stage, with the build context.
        code: matches the names of files that the language only compiles.
    """
    ignored, spoken = re.compile(code), said(case)

    def unread(path: str) -> bool:
        if ignored.search(path) is not None:
            return True
        aside = _ASIDE.search(path) is not None or _deploys(case, path)
        return aside and not _is_named(path, spoken)

    return unread


def _deploys(case: Case, path: str) -> bool:
    """Tell whether a file says how the program is deployed: by its name, or as a manifest of Kubernetes."""
    if _DEPLOYS.search(path):
        return True
    text = (case.project.text(path) or "") if path.endswith((".yaml", ".yml")) else ""
    return all(mark.search(text) is not None for mark in _MANIFEST)


def said(case: Case) -> frozenset[str]:
    """Return the parts of all paths that the sources and settings may name."""
    if "said" not in case.memo:
        found: set[str] = set()
        for path in case.project.paths:
            if not _TEXTS.search(path) or re.search(r"(^|/)(vendor|node_modules|\.git)/|_test\.go\Z", path):
                continue
            for literal in _LITERAL.findall(case.project.text(path) or ""):
                found.update("".join(literal).split("/"))
        case.memo["said"] = frozenset(found)
    known: frozenset[str] = case.memo["said"]
    return known


def _is_named(path: str, said: frozenset[str]) -> bool:
    """Tell whether a file that programs seldom read is one that this program names, by its folder or its ending."""
    folder, _, name = path.rpartition("/")
    if _NAMED.search(path):
        return any(part in said for part in folder.split("/") if _NAMED.match(f"{part}/"))
    if re.search(r"(^|/)(\.git|\.github|node_modules|obj|\.gradle|\.mvn)/|(^|/)(Dockerfile|Containerfile)", path):
        return False
    ending = name[name.rfind(".") :] if "." in name else name
    return (
        name in said
        or any(part in said for part in folder.split("/") if part)
        or any(word.endswith(ending) for word in said if "." in ending)
    )


def _top(path: str, every: tuple[str, ...], unread: Callable[[str], bool]) -> str:
    """Return the outermost folder of a file that holds no code, the file itself where there is none."""
    parts = path.split("/")
    for depth in range(1, len(parts)):
        folder = "/".join(parts[:depth]) + "/"
        if not any(p.startswith(folder) and unread(p) for p in every):
            return folder.rstrip("/")
    return path
