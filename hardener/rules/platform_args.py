"""platform-args (HD109)."""

from __future__ import annotations

import re

from hardener.errors import Refusal
from hardener.fast.patterns import regex
from hardener.image.config import Effect
from hardener.image.model import Model, StageModel
from hardener.project.context import Files
from hardener.rules.base import Rule, Safety
from hardener.syntax.dockerfile.nodes import Arg, Words
from hardener.syntax.dockerfile.views import FromWords, from_words

#: a platform argument of BuildKit with a default, in the text of an ARG
_DEFAULT = regex(
    r"""(?<!\S)((?:TARGET|BUILD)(?:PLATFORM|OS|ARCH|VARIANT))=(?:"([\w./]+)"|'([\w./]+)'|([\w./]+))(?!\S)"""
)
_OS = r"(?:linux|windows|darwin|freebsd|wasi|wasip1|js)"
_ARCH = r"(?:386|amd64|arm|arm64|loong64|mips|mipsle|mips64|mips64le|ppc64|ppc64le|riscv64|s390x|wasm)"
_VARIANT = r"v\d+(?:\.\d+)?"
#: how BuildKit spells the values, by the end of the name
_SPELLED = {
    "OS": regex(rf"{_OS}\Z"),
    "ARCH": regex(rf"{_ARCH}\Z"),
    "VARIANT": regex(rf"{_VARIANT}\Z"),
    "PLATFORM": regex(rf"{_OS}/{_ARCH}(?:/{_VARIANT})?\Z"),
}
#: an image for one platform, by its name
_OF_ONE = regex(
    r"(?:^|/)(?:amd64|i386|arm32v[567]|arm64v8|ppc64le|s390x|riscv64|mips64le)/|[-:](?:amd64|arm64|x86_64)\Z"
)


class PlatformArgs(Rule):
    """Remove defaults that hide the platform arguments of BuildKit.

    ## What it does
    Removes the default of a platform argument of BuildKit (`TARGETPLATFORM`, `TARGETOS`, `TARGETARCH`,
    `TARGETVARIANT`, and the same with `BUILD`) from an `ARG` in a stage.

    ## Why
    BuildKit gives these arguments their values, and a default in the stage hides them:
    `docker build --platform linux/arm64` then puts programs for amd64 into an image for arm64, without an error.

    ## Example
    ```dockerfile
    FROM --platform=$BUILDPLATFORM golang:1.22 AS build
    ARG TARGETARCH=amd64
    RUN GOARCH=$TARGETARCH go build -o /app .

    FROM scratch
    COPY --from=build /app /app
    CMD ["/app"]
    ```
    becomes
    ```dockerfile
    FROM --platform=$BUILDPLATFORM golang:1.22 AS build
    ARG TARGETARCH
    RUN GOARCH=$TARGETARCH go build -o /app .

    FROM scratch
    COPY --from=build /app /app
    CMD ["/app"]
    ```

    ## Fix safety
    Hardening. BuildKit and Buildah set these arguments in every build; for the platform that the default names nothing
    changes. The classic builder (`DOCKER_BUILDKIT=0`) does not set them: without the default they are empty there: Go
    then builds for the machine's platform, and the address of a download lacks a part. A `--build-arg` works as
    before.

    ## When it only reports
    - P48: the default is no value that BuildKit gives, an ARG above FROM has a default too, or a FROM is fixed to a
      platform, so that the default may be intended
    """

    code = "HD109"
    name = "platform-args"
    safety = Safety.HARDENING
    effects = frozenset({Effect.ARG})

    @classmethod
    def plan(cls, model: Model, files: Files) -> dict[Arg, Refusal | None]:
        """Return each ARG that hides a value of BuildKit, with why its default has to stay, None where it need not."""
        found = ((stage, node) for stage in model.stages for node in stage.node.body if isinstance(node, Arg))
        return {node: _refusal(model, stage, node) for stage, node in found if _DEFAULT.search(node.text)}

    def leave_Arg(self, original: Arg, updated: Arg) -> Arg:
        """Rewrite one ARG."""
        plan: dict[Arg, Refusal | None] = self.planned
        if original not in plan:
            return updated
        names = [match[1] for match in _DEFAULT.finditer(original.text)]
        message = f"the default hides the {_kind(names[0])} that BuildKit gives {names[0]}"
        refusal = plan[original]
        if refusal is not None:
            return self.report(original, updated, refusal, message)
        changed = updated.with_changes(arguments=Words(_DEFAULT.sub(r"\1", updated.text)))
        return self.rewrite(original, updated, changed, message)


def _kind(name: str) -> str:
    ends = {"OS": "system", "ARCH": "architecture", "VARIANT": "variant", "PLATFORM": "platform"}
    return next(word for end, word in ends.items() if name.endswith(end))


def _refusal(model: Model, stage: StageModel, node: Arg) -> Refusal | None:
    for match in _DEFAULT.finditer(node.text):
        value = match[2] or match[3] or match[4]
        spelled = next(pattern for end, pattern in _SPELLED.items() if match[1].endswith(end))
        if not spelled.match(value):
            reason = f"BuildKit never gives {match[1]} the value {value}"
            return Refusal("P48", reason, "use another name, or write it as BuildKit does")
    names = {match[1] for match in _DEFAULT.finditer(node.text)}
    above = next((a.text for a in model.tree.preamble if names & set(re.findall(r"\w+(?==)", a.text))), None)
    if above is not None:
        return Refusal("P48", f"so does `ARG {above.strip()}` above FROM", "remove both defaults")
    fixed = next((word for word in map(_fixed, _froms(model)) if word), "")
    return Refusal("P48", f"{fixed} is fixed to a platform", "build with --platform instead") if fixed else None


def _froms(model: Model) -> list[FromWords]:
    return [from_words(stage.node.from_, model.escape) for stage in model.stages]


def _fixed(words: FromWords) -> str:
    """Return what in a FROM names one platform; "" where the build chooses it."""
    if words.platform and not re.match(r"\$\{?(?:TARGET|BUILD)PLATFORM\b", words.platform):
        return f"`--platform={words.platform}`"
    return words.image if _OF_ONE.search(words.image) else ""
