"""strip-binaries (HD120)."""

from __future__ import annotations

from typing import NamedTuple

from hardener.errors import Refusal
from hardener.fast.patterns import regex
from hardener.image.config import Effect
from hardener.image.model import StageModel
from hardener.image.runs import RunBody, read_run
from hardener.rules.base import Rule, Safety
from hardener.shell import Command, Word
from hardener.shell.invocation import invocation_of
from hardener.syntax.dockerfile.nodes import Run, ShellForm
from hardener.text import Edit, apply_edits

_HINTS = ("go build", "go install")
_OPTION = regex(r"[\"']?--?ldflags(?:=|\Z)")
#: flags for the linker in one quoted word, with the option in front or alone
_QUOTED = regex(r"((?:--?ldflags=)?([\"'])(?:--?ldflags=)?)(.*)\2\Z")
_STRIPS = regex(r"(?:^|\s)-[sw](?:=\w+)?(?=\s|\Z)")
_DEBUGGER = regex(r"\b(?:dlv|delve|gdb|gdbserver|perf|bpftrace|lldb)\b|-gcflags\S*\s*\S*-[Nl]\b")
_STRIPPED_LATER = regex(r"\b(?:strip|upx|objcopy)\b|\bGOFLAGS\b")
#: these make no program, or one to try things with
_OTHERS = ("-race", "-cover", "-msan", "-asan", "-n")
_LIBRARY = regex(r"--?buildmode(?:=|\s+)\"?(?:plugin|c-shared|c-archive|shared|archive)\b")
_FLAGS = '-ldflags="-s -w"'
_MESSAGE = "the Go program carries symbols and debug information, which it does not need to run"
_DOUBT = "a debugger, or a profiler of the system, finds no names in the program any more"
_HELD = Refusal("C36", "the file speaks of a debugger", "strip the program that is delivered yourself")
_VARIABLE = Refusal("C36", "a variable holds the flags for the linker", "write `-s -w` into it")


class StripBinaries(Rule):
    """Build Go programs without symbols and debug information.

    ## What it does
    Adds `-s -w` to the flags that `go build` and `go install` of the project pass to the linker, in a stage whose
    files end up in an image. Other flags stay.

    ## Why
    The symbol table and the debug information are about a third of a Go program (2.2 MB became 1.4 MB with Go 1.24), in
    each image and each pull, and nothing reads them while it runs: panics name functions and lines without them.

    ## Example
    ```dockerfile
    FROM golang:1.25 AS build
    WORKDIR /src
    COPY . .
    RUN go build -o /server ./cmd/server

    FROM gcr.io/distroless/base-debian12
    COPY --from=build /server /server
    ENTRYPOINT ["/server"]
    ```
    becomes
    ```dockerfile
    FROM golang:1.25 AS build
    WORKDIR /src
    COPY . .
    RUN go build -ldflags="-s -w" -o /server ./cmd/server

    FROM gcr.io/distroless/base-debian12
    COPY --from=build /server /server
    ENTRYPOINT ["/server"]
    ```

    ## Fix safety
    Unsafe: the program does the same, but no file says whether somebody attaches a debugger (`dlv`), or a profiler that
    reads symbols (`perf`). `runtime/pprof`, tracebacks and `go version -m` work as before. `CGO_ENABLED=0` is not set:
    it changes how names of hosts and users are looked up.

    ## When it only reports
    - C36: the file speaks of a debugger, builds without optimisation, or a variable holds the flags for the linker

    Libraries and plugins, builds with the race detector, tools that are installed by `go install …@version`, and
    programs that `strip` or `upx` makes smaller stay as they are, and nothing is said.
    """

    code = "HD120"
    name = "strip-binaries"
    safety = Safety.UNSAFE
    effects = frozenset({Effect.RUN})
    needs = frozenset({"Run"})
    after = ("split-stages",)

    @classmethod
    def words(cls) -> tuple[str, ...]:
        """Return what any of its findings is about."""
        return _HINTS

    def leave_Run(self, original: Run, updated: Run) -> Run:
        """Rewrite the builds of one RUN."""
        stage = self.model.holder(original) if any(hint in original.text for hint in _HINTS) else None
        run = read_run(self.model, stage, original) if stage is not None and _reaches_an_image(stage) else None
        if stage is None or run is None or any(_STRIPPED_LATER.search(node.code) for node in stage.node.body):
            return updated
        found = [build for build in map(_build, run.body.commands) if build is not None]
        if not found:
            return updated
        refusal = _HELD if _DEBUGGER.search(self.model.tree.code) else None
        if refusal is None and any(build.at is None for build in found):
            refusal = _VARIABLE
        if refusal is not None:
            return self.report(original, updated, refusal, _MESSAGE)
        new = apply_edits(original.text, [_edit(run, build) for build in found])
        changed = updated.with_changes(arguments=ShellForm(new))
        return self.rewrite(original, updated, changed, _MESSAGE, doubt=_DOUBT)


class _Build(NamedTuple):
    """Where flags are to stand in the text that the shell reads, None where a variable holds them; and the flags."""

    at: int | None
    text: str


def _build(command: Command) -> _Build | None:
    """Return what a command that builds a program lacks; None for another command, and where it is stripped."""
    call = invocation_of(command)
    if call is None or call.program != "go" or command.context.substitution or call.is_open:
        return None
    words = command.words[call.rest :]
    text = " ".join(word.raw for word in words)
    if not words or not _makes_a_program(words) or _LIBRARY.search(text):
        return None
    at = next((index for index, word in enumerate(words) if _OPTION.match(word.raw)), None)
    if at is None:
        return _Build(words[0].end, f" {_FLAGS}")
    word = words[at]
    if word.raw.strip("\"'").endswith("ldflags"):  # the flags are the next word
        if at + 1 == len(words):
            return None
        word = words[at + 1]
    return _into(word)


def _makes_a_program(words: tuple[Word, ...]) -> bool:
    """Tell whether words after `go` build a program of the project that is kept."""
    raws = [word.raw for word in words[1:]]
    if any(raw in _OTHERS for raw in raws):
        return False
    if words[0].raw == "install":
        return any(raw.startswith("./") or raw == "." for raw in raws)
    is_written = any(raw == "-o" or raw.startswith("-o=") for raw in raws)
    # of several packages go only checks that they build
    return words[0].raw == "build" and (is_written or not any(raw.endswith("...") for raw in raws))


def _into(word: Word) -> _Build | None:
    """Return where the flags go in a word that holds flags for the linker."""
    quoted = _QUOTED.match(word.raw)
    if quoted is None:
        return _Build(None, "") if "$" in word.raw else None
    flags = quoted[3]
    if _STRIPS.search(flags):
        return None
    if flags.strip() and not flags.lstrip().startswith("-"):  # flags of some packages (`all=-X …`), or a variable
        return _Build(None, "") if flags.lstrip().startswith("$") else None
    return _Build(word.start + len(quoted[1]), "-s -w" + (" " if flags.strip() else ""))


def _edit(run: RunBody, build: _Build) -> Edit:
    at = run.line.raw_end(build.at or 0)
    return Edit(at, at, build.text)


def _reaches_an_image(stage: StageModel) -> bool:
    """Tell whether files of a stage end up in an image."""
    return stage.is_shipped or stage.is_copied_from or any(map(_reaches_an_image, stage.children))
