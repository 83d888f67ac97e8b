"""pin-frontend (HD303)."""

from __future__ import annotations

from collections.abc import Iterable

from hardener.errors import Refusal
from hardener.image.config import Effect
from hardener.image.model import Model
from hardener.image.pulled_images import question
from hardener.rules._reference_rule import answer, pinned
from hardener.rules.base import Lookup, Rule, Safety
from hardener.syntax.dockerfile.nodes import Dockerfile


class PinFrontend(Rule):
    """Pin the frontend of `# syntax=` by digest.

    Off unless it is selected by name.

    ## What it does
    `# syntax=docker/dockerfile:1` gets the digest that the registry has for the tag now (B08).

    ## Why
    The frontend is a program that reads the Dockerfile and writes the build: it is pulled by every build, and can do in
    it whatever it wants.

    ## Example
    ```dockerfile
    # syntax=docker/dockerfile:1
    FROM scratch
    COPY server /
    ```
    becomes
    ```dockerfile
    # syntax=docker/dockerfile:1@sha256:b6afd42430b15f2d2a4c5a02b919e98a525b785b1aaff16747d2f623364e39b6
    FROM scratch
    COPY server /
    ```

    ## Fix safety
    The frontend is today's; its bugs and features stay with it until `harden update` moves the pin, which is why this
    is opt-in.

    ## When it only reports
    - B01: the registry was not asked (`--offline`), or did not answer
    """

    code = "HD303"
    name = "pin-frontend"
    safety = Safety.HARDENING
    effects = frozenset({Effect.FRONTEND})
    after = ("pin-base-digest",)
    opt_in = True
    asks_registry = True

    @classmethod
    def lookups(cls, model: Model) -> Iterable[Lookup]:
        """Ask for the digest of the frontend."""
        from hardener.image.frontend import frontend_reference

        reference = frontend_reference(model)
        return () if reference is None or reference.digest else (Lookup("digest", question(reference)),)

    def leave_Dockerfile(self, original: Dockerfile, updated: Dockerfile) -> Dockerfile:
        """Pin the directive; the finding stands at the first instruction."""
        from hardener.image.frontend import frontend_reference, with_frontend

        reference = frontend_reference(self.model)
        first = next(original.instructions, None)
        if reference is None or reference.digest or first is None:
            return updated
        message = f"`# syntax={reference}` may name another frontend tomorrow"
        digest = answer(self.model, Lookup("digest", question(reference)))
        if isinstance(digest, Refusal):
            return self.report(first, updated, digest, message)
        new = with_frontend(updated, reference, pinned(reference, digest))
        return self.rewrite(first, updated, new, message)
