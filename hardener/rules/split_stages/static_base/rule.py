"""static-base (HD409): a program that needs no library runs on a base without a shell."""

from __future__ import annotations

from typing import ClassVar

from hardener.errors import Refusal
from hardener.image.config import Effect
from hardener.image.model import Model, StageModel
from hardener.rules.base import Files, Rule, Safety, kinds
from hardener.syntax.dockerfile.nodes import Dockerfile

TYPE_CHECKING = False
if TYPE_CHECKING:
    from hardener.rules.split_stages.static_base.plan import Move

_MESSAGE = "the program needs no library, and its image keeps a shell and a package manager"


class StaticBase(Rule):
    """Run a static program on a base without a shell.

    ## What it does

    A last stage on Alpine, Debian, Ubuntu or BusyBox that starts a program of a build stage which needs no library
    (Go with CGO_ENABLED=0, Rust for a musl target) is moved onto `gcr.io/distroless/static-debian12`. What that base
    has is not made again: certificates, time zones, accounts. The accounts of the old base become numbers in USER and
    `--chown`, a plain shell form becomes an array. Where a build of Go says nothing of CGO_ENABLED and no package of
    it needs C, `CGO_ENABLED=0` is written in front of it, as without the C library it would not start.

    ## Why

    Shell, package manager and C library are most of such an image, most of what scanners find in it, and what somebody
    who breaks in works with.

    ## Example

    ```dockerfile
    FROM golang:1.25 AS build
    WORKDIR /src
    COPY . .
    RUN CGO_ENABLED=0 go build -o /server ./cmd/server

    FROM alpine:3.22
    RUN apk add --no-cache ca-certificates
    COPY --from=build /server /server
    ENTRYPOINT ["/server"]
    ```

    becomes

    ```dockerfile
    FROM golang:1.25 AS build
    WORKDIR /src
    COPY . .
    RUN CGO_ENABLED=0 go build -o /server ./cmd/server

    FROM gcr.io/distroless/static-debian12
    COPY --from=build /server /server
    ENTRYPOINT ["/server"]
    ```

    ## Fix safety

    Always unsafe: that the program starts can be shown, but no file says whether people open a shell in the container
    to look into it, or which programs libraries start. Somebody chose a base with a shell here; where nobody did,
    `split-stages` takes the one without. The message names what else is open. `harden verify` builds and asks both.

    ## When it only reports

    * S14: harden cannot tell how a build on an image of Go makes the program (a Makefile, a script).
    * S13, S15: the Go program may contain C, or RUSTFLAGS link the C library.
    * B22: a shell, or an init with options, starts the program, a compose file or manifest starts something else, or
      the stage runs a command whose result the new base lacks.
    * S11: the sources start other programs, or the image installs one.
    * S22, P01: harden cannot read a RUN, or a comment stands inside it.
    * H08: a health check or probe runs a program of the old base.
    * B03, B07, B09: an ARG names the base, or a compose or bake file gives it.
    * E07, P47, S28, U21, U28: SHELL, ONBUILD, an image to develop with, a USER that is a variable.
    """

    code: ClassVar[str] = "HD409"
    name: ClassVar[str] = "static-base"
    safety: ClassVar[Safety] = Safety.UNSAFE
    needs = frozenset({"Copy"})
    effects: ClassVar[frozenset[Effect]] = frozenset(
        {Effect.BASE, Effect.RUN, Effect.USER, Effect.COPY, Effect.CMD, Effect.ENTRYPOINT, Effect.HEALTHCHECK}
    )
    about_image: ClassVar[bool] = True

    @classmethod
    def words(cls) -> tuple[str, ...]:
        """Return what any of its findings is about."""
        return ("go build", "go install", "golang", "cargo")

    @classmethod
    def plan(cls, model: Model, files: Files) -> dict[int, Move | Refusal]:
        """Return what becomes of the last stages, by index."""
        code = model.tree.code
        if not any(word in code for word in cls.words()) or not kinds(model.tree) & cls.needs:
            return {}
        from hardener.rules.split_stages.static_base.plan import moves

        return moves(model, files)

    @classmethod
    def unneeded(cls, stage: StageModel) -> str:
        """Say that the base has no shell, or the program is not known to be static."""
        image = stage.image
        if stage.is_scratch or (image is not None and image.has_shell is False):
            return "none is needed: the base has no shell"
        return "the last stage starts no program of a build stage that is known to need no library"

    def leave_Dockerfile(self, original: Dockerfile, updated: Dockerfile) -> Dockerfile:
        """Move the last stages, each with the builds that it needs to be static."""
        planned: dict[int, Move | Refusal] = self.planned
        for index, move in planned.items():
            at = original.stages[index].from_
            if isinstance(move, Refusal):
                self.report(at, updated, move, _MESSAGE)
                continue
            from hardener.rules.split_stages.static_base.write import moved

            also = (run for run, _ in move.unset)
            new = moved(self.model, updated, index, move)
            message = f"{_MESSAGE}; `CGO_ENABLED=0` is set" if move.unset else _MESSAGE
            if isinstance(new, Refusal):
                self.report(at, updated, new, message)
            else:
                updated = self.rewrite((at, *also), updated, new, message, doubt="; ".join(move.doubts))
        return updated
