"""Whether C is compiled into a Go program (S13)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from hardener.errors import Refusal
from hardener.fast.patterns import regex
from hardener.knowledge.splitting import names
from hardener.project.go import imports_of
from hardener.rules.split_stages.languages.compiled import installed
from hardener.rules.split_stages.model import Call, Case

_CGO = regex(r'(?m)^[ \t]*import\s+"C"|^[ \t]*"C"\s*$')
_LIBC = regex(r'(?m)^[ \t]*(?:import\s+)?(?:\w+\s+)?"(os/user|plugin|runtime/cgo)"')

#: packages of Alpine with a C compiler, or that bring one
_COMPILERS = frozenset(["gcc", "g++", "build-base", "alpine-sdk", "clang", "musl-dev", "libc-dev", "go", "tcc", "zig"])


def cgo(call: Call) -> str:
    """Return the value of CGO_ENABLED for a command, "" where nothing sets it."""
    for assignment in call.command.assignments:
        if assignment.name == "CGO_ENABLED":
            return assignment.value.value or "?"
    return call.state.values.get("CGO_ENABLED") or ""


def has_no_compiler(case: Case) -> bool:
    """Tell whether the image has no C compiler, as Alpine's has not where the file installs none."""
    return case.image.family == "golang-alpine" and installed(case).isdisjoint(_COMPILERS)


def is_pure(case: Case) -> tuple[bool, tuple[str, ...]] | Refusal:
    """Return what is not certain about a program without C, or why it has C in it (S13)."""
    if not case.project.is_known:
        return Refusal("S13", "cannot tell whether C is compiled in", "set CGO_ENABLED=0")
    for path in _sources(case):
        text = case.project.text(path)
        if text is None:
            continue
        if _CGO.search(text):
            return Refusal("S13", f"{path} compiles C in")
        if found := _LIBC.search(text):
            return Refusal("S13", f"{path} imports {found[1]}, which asks the C library", "set CGO_ENABLED=0")
    module = case.project.text("go.mod") or ""
    required = re.findall(r"(?m)^[ \t]*(?:require\s+)?([\w.-]+\.[\w-]+/\S+)\s+v", module)
    if not module:  # the build makes it of what the sources import
        required = sorted({name for path in _sources(case) for name in imports_of(case.project.text(path) or "")})
    for name in required:
        if name.startswith(names("go", "cgo")):
            return Refusal("S13", f"{name} compiles C in")
    unknown = [name for name in required if not name.startswith(names("go", "safe"))]
    doubt = f"cannot tell whether {', '.join(unknown[:3])}{' …' * (len(unknown) > 3)} compiles C in"
    return True, (doubt,) if unknown else ()


def _sources(case: Case) -> Iterator[str]:
    yield from (path for path in case.project.paths if path.endswith(".go") and not path.endswith("_test.go"))
