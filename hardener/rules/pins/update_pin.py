"""update-pin (HD307)."""

from __future__ import annotations

from collections.abc import Iterable

from hardener.errors import Refusal
from hardener.fast.records import replace
from hardener.image.config import Effect
from hardener.image.model import Model
from hardener.image.pulled_images import Pulled, question
from hardener.rules._reference_rule import ReferenceRule, Subject, answer
from hardener.rules.base import Lookup, Safety
from hardener.syntax.dockerfile.nodes import Dockerfile
from hardener.syntax.image_reference import ImageReference


def _is_pinned(reference: ImageReference) -> bool:
    return reference.tag is not None and reference.digest is not None


def _wanted(found: Pulled) -> bool:
    return found.reference is not None and _is_pinned(found.reference)


def _lookup(reference: ImageReference) -> Lookup:
    return Lookup("update", f"{question(reference)}@{reference.digest}")


def _moved(reference: ImageReference, known: str) -> ImageReference | None:
    tag, _, digest = known.partition("@")
    return replace(reference, tag=tag, digest=digest) if known else None


_SUBJECT = Subject("update", _wanted, _moved, "the pin `{}`", with_digest=True)


class UpdatePin(ReferenceRule):
    """Move pins whose tag has moved.

    Off unless it is selected by name; `harden update` runs this rule alone.

    ## What it does
    A reference with a tag and a digest, in FROM, an ARG that FROM reads, `COPY --from`, `RUN --mount` and `# syntax=`,
    gets the digest that its tag names now. With `tags = "patch"`, `"minor"` or `"major"` in `[tool.harden.update]` the
    tag itself moves to a newer one of the same shape; with `min-age` only images count that are old enough.

    ## Why
    A pin without an updater keeps every security hole of the day on which it was made (B12).

    ## Example
    ```dockerfile
    FROM node:22-slim@sha256:2b1d6a39b6a8ad9a3ff6e3ae1a2ba4e4f2c6e44ef0f9c8a5ba5d1e1b0d4a0c11
    CMD ["node", "server.js"]
    ```
    becomes
    ```dockerfile
    FROM node:22-slim@sha256:77b6f2cd5e8e0d6fe0a57e1e5e20d9a4a2e1c1b7c1e3a1b8d9c7e6f5a4b3c2d1
    CMD ["node", "server.js"]
    ```

    ## Fix safety
    The base becomes another one, as the tag says: build and test it before you merge.

    ## When it only reports
    - B01: the registry was not asked (`--offline`), or did not answer
    - B07, B09: a compose or bake file names a context after the image, or builds it
    - B12: the new image is younger than `min-age`, or does not say how old it is
    """

    code = "HD307"
    name = "update-pin"
    safety = Safety.HARDENING
    effects = frozenset({Effect.BASE, Effect.ARG, Effect.COPY, Effect.RUN, Effect.FRONTEND})
    after = ("pin-frontend", "pin-copied-image")
    opt_in = True
    subject = _SUBJECT

    @classmethod
    def lookups(cls, model: Model) -> Iterable[Lookup]:
        """Ask where each pin should be."""
        yield from super().lookups(model)
        from hardener.image.frontend import frontend_reference

        reference = frontend_reference(model)
        if reference is not None and _is_pinned(reference):
            yield _lookup(reference)

    def leave_Dockerfile(self, original: Dockerfile, updated: Dockerfile) -> Dockerfile:
        """Move the pin of the frontend."""
        from hardener.image.frontend import frontend_reference, with_frontend

        reference, first = frontend_reference(self.model), next(original.instructions, None)
        if reference is None or not _is_pinned(reference) or first is None:
            return updated
        known = answer(self.model, _lookup(reference))
        if isinstance(known, Refusal):
            return self.report(first, updated, known, _SUBJECT.message.format(_SUBJECT.short(reference)))
        new = _moved(reference, known)
        if new is None:
            return updated
        return self.rewrite(first, updated, with_frontend(updated, reference, new), _SUBJECT.said(reference, new))
