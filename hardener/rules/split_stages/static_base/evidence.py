"""Whether a program needs no library of the base: what shows it, what has to be added, what stays open (S13, S15)."""

from __future__ import annotations

import re

from hardener.errors import Refusal
from hardener.fast.patterns import regex
from hardener.fast.records import dataclass
from hardener.rules.split_stages.languages.go_pure import cgo, is_pure
from hardener.rules.split_stages.model import Call, Case
from hardener.rules.split_stages.static_base.trace import Made
from hardener.shell.invocation import invocation_of
from hardener.syntax.dockerfile.nodes import Run

_MUSL = regex(r"/[a-z0-9_]+-(?:unknown|alpine|\w+)-linux-musl(?:eabi(?:hf)?)?/")
_DYNAMIC = regex(r"-crt-static|prefer-dynamic")
#: what makes a program that a loader of the C library starts, whatever CGO_ENABLED says
_LOADED = regex(r"-?-buildmode[= ]+(?:pie|plugin|shared|c-)|-linkmode[= ]+external|-race\b|-msan\b|-asan\b")
_WRITTEN = regex(r"\bCGO_ENABLED=[\"']?([^\s\"';&|]*)")
_RESOLVER = "Go looks up the names of hosts and users itself, without the C library"


@dataclass(frozen=True, slots=True)
class Evidence:
    """What shows that a program is static.

    Attributes:
        unset: builds of Go that say nothing of CGO_ENABLED, each with its RUN: 0 has to be written in front.
        doubts: what that leaves open.
    """

    unset: tuple[tuple[Run, Call], ...] = ()
    doubts: tuple[str, ...] = ()


def evidence(found: Made) -> Evidence | Refusal | None:
    """Return why a program needs no library, or why that does not hold; None for one that is linked on purpose."""
    return _of_rust(found) if found.rust else _of_go(found)


def _of_rust(found: Made) -> Evidence | Refusal | None:
    is_musl = _MUSL.search(found.path) is not None or found.case.image.family == "rust-alpine"
    if not is_musl:
        return None
    project = found.case.project
    texts = [node.code for link in found.stage.chain for node in link.node.body]
    texts += [project.text(path) or "" for path in project.paths if re.search(r"(^|/)\.cargo/config(\.toml)?\Z", path)]
    if any(_DYNAMIC.search(text) for text in texts):
        return Refusal("S15", "RUSTFLAGS link the program with the C library", "leave out -crt-static")
    return Evidence()


def _of_go(found: Made) -> Evidence | Refusal | None:
    unset: list[tuple[Run, Call]] = []
    for run, call in found.go:
        flags = f"{call.raw} {call.state.values.get('GOFLAGS') or ''}"
        if _LOADED.search(flags):
            return Refusal("S13", "the flags of `go build` make a program that a loader starts", "leave them out")
        value = _setting(found.case, run, call)
        if value == "1":
            return Refusal("S13", "CGO_ENABLED=1 is set")
        if value not in ("", "0"):
            return Refusal("S13", "cannot tell the value of CGO_ENABLED", "set CGO_ENABLED=0")
        unset += [(run, call)] if not value else []
    if not unset:
        return Evidence()
    pure = is_pure(found.case)
    if isinstance(pure, Refusal):
        return pure
    if any(not _can_be_set(call) for _, call in unset):
        return Refusal("S13", "cannot tell where CGO_ENABLED is to be set", "set CGO_ENABLED=0")
    return Evidence(tuple(unset), (_RESOLVER, *pure[1]))


def _setting(case: Case, run: Run, call: Call) -> str:
    """Return the value of CGO_ENABLED for a command: its own, that of `export` before it, that of ENV; "" for none."""
    before = call.command.start
    exported = ""
    for step in case.steps:
        if step.node is run and isinstance(step.calls, tuple):
            for other in step.calls:
                if other.command.start < before and other.name == "export":
                    exported = "".join(_WRITTEN.findall(other.raw)[-1:]) or exported
    behind = "".join(_WRITTEN.findall(call.raw)[-1:])  # `env CGO_ENABLED=0 go build` too
    own = any(assignment.name == "CGO_ENABLED" for assignment in call.command.assignments)
    return cgo(call) if own else behind or exported or cgo(call)


def _can_be_set(call: Call) -> bool:
    """Tell whether an assignment can stand in front of a command: it is Go's, or starts that behind `env` or `time`."""
    found = invocation_of(call.command)
    return found is not None and found.program == "go" and not call.command.context.substitution
