"""narrow-copy (HD411): of the folder that a program was built in, the last stage takes what it needs."""

from __future__ import annotations

from typing import ClassVar

from hardener.errors import Refusal
from hardener.image.config import Effect
from hardener.image.model import Model
from hardener.rules.base import Files, Rule, Safety, kinds
from hardener.syntax.dockerfile.nodes import Copy
from hardener.syntax.tree import Flatten

TYPE_CHECKING = False
if TYPE_CHECKING:
    from hardener.rules.split_stages.narrow_copy.plan import Narrow


class NarrowCopy(Rule):
    """Copy what the program needs, not the folder that it was built in.

    ## What it does

    Where a last stage copies a whole folder in which a build stage built a program (Go, Rust, a jar of Maven or Gradle,
    an installation of `gradle installDist`), it copies what the build makes and what the program may read instead:
    files of the build context that are no sources, tests, documentation, settings of tools or scripts that nothing
    starts, and whatever the sources, CMD, HEALTHCHECK, ENV or a compose file name. Flags stay, each path gets a COPY of
    its own to the same place. Programs of Node.js, Python and other interpreters are left: their sources are read.

    ## Why

    With the folder come the sources, the history of packages and what the compiler leaves. They make the image large,
    and show who gets hold of it how the program works.

    ## Example

    With a `main.go`, a `go.mod` and a folder `templates`:

    ```dockerfile
    FROM golang:1.25 AS build
    WORKDIR /src
    COPY . .
    RUN CGO_ENABLED=0 go build -o server .

    FROM alpine:3.22
    WORKDIR /app
    COPY --from=build /src .
    CMD ["./server"]
    ```

    becomes

    ```dockerfile
    FROM golang:1.25 AS build
    WORKDIR /src
    COPY . .
    RUN CGO_ENABLED=0 go build -o server .

    FROM alpine:3.22
    WORKDIR /app
    COPY --from=build /src/server ./server
    COPY --from=build /src/templates ./templates
    CMD ["./server"]
    ```

    ## Fix safety

    Always unsafe: what a program reads follows from its sources only as far as they name it. Libraries may read files
    by names of their own, and people look into containers. Owners and modes of what is copied stay, those of the
    folder too. `harden verify` builds and asks both.

    ## When it only reports

    * S30: the build context is unknown.
    * S14, S18, S19: harden cannot tell whether the build makes the program, or a jar may not be complete.
    * S22: harden cannot tell which files a command or COPY of the build stage leaves in the folder.
    * S28: the image starts no program that is known.
    * S31: the program may read many files, a volume begins with what the folder holds, a later RUN works in it, or the
      image of the build is unknown.
    * S25, P47: other stages or images are built on this one.
    * P01: a comment or line break stands in the COPY.
    * U21, Z09: the image is a development container, or a compose file cannot be read.
    """

    code: ClassVar[str] = "HD411"
    name: ClassVar[str] = "narrow-copy"
    safety: ClassVar[Safety] = Safety.UNSAFE
    needs = frozenset({"Copy"})
    effects: ClassVar[frozenset[Effect]] = frozenset({Effect.COPY})
    after: ClassVar[tuple[str, ...]] = ("split-stages",)

    @classmethod
    def words(cls) -> tuple[str, ...]:
        """Return what any of its findings is about."""
        return ("go build", "go install", "cargo", "mvn", "gradle")

    @classmethod
    def plan(cls, model: Model, files: Files) -> dict[Copy, Narrow]:
        """Return what becomes of which COPY."""
        code = model.tree.code
        is_copied = any(stage.is_copied_from for stage in model.stages)
        if not is_copied or not any(word in code for word in cls.words()) or not kinds(model.tree) & cls.needs:
            return {}
        from hardener.rules.split_stages.narrow_copy.plan import narrowed

        return narrowed(model, files)

    def leave_Copy(self, original: Copy, updated: Copy) -> Copy | Flatten:
        """Copy less."""
        planned: dict[Copy, Narrow] = self.planned
        found = planned.get(original)
        if found is None:
            return updated
        message = f"{found.target} brings the sources and what the build leaves beside the program"
        if found.refusal is not None:
            return self.report(original, updated, found.refusal, message)
        from hardener.rules.split_stages.narrow_copy.write import copies

        new = copies(updated, found.paths, self.model.escape, self.model.style.newline)
        if isinstance(new, Refusal):
            return self.report(original, updated, new, message)
        doubt = f"cannot tell what libraries and people in the container read of {found.target}"
        either: Copy | Flatten = new
        return self.rewrite(original, updated, either, message, doubt=doubt)
