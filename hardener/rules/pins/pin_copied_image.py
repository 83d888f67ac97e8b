"""pin-copied-image (HD302)."""

from __future__ import annotations

from hardener.image.config import Effect
from hardener.image.pulled_images import Pulled
from hardener.rules._reference_rule import ReferenceRule, Subject, pinned
from hardener.rules.base import Safety
from hardener.syntax.dockerfile.nodes import From


def _wanted(found: Pulled) -> bool:
    return not isinstance(found.place, From) and found.reference is not None and found.reference.digest is None


_SUBJECT = Subject(
    "digest", _wanted, pinned, "`{}` may name another image tomorrow: what is copied from it is not pinned"
)


class PinCopiedImage(ReferenceRule):
    """Pin the images that files are copied or mounted from.

    ## What it does
    `COPY --from=image:tag` and `RUN --mount=…,from=image:tag` get the digest that the registry has for the tag now
    (B08), as pin-base-digest does for FROM.

    ## Why
    What is copied from another image runs in yours: when its tag moves, your image changes, and nothing shows it.

    ## Example
    ```dockerfile
    FROM python:3.13-slim
    COPY --from=ghcr.io/acme/uv:0.9 /uv /bin/
    ```
    becomes
    ```dockerfile
    FROM python:3.13-slim
    COPY --from=ghcr.io/acme/uv:0.9@sha256:6dbd7c42a9088083fa79e41431a579196a189bcee3ae68ba904ac2bf77765867 /uv /bin/
    ```

    ## Fix safety
    As for pin-base-digest: the image is today's, until the pin is updated.

    ## When it only reports
    - B01: harden did not ask the registry (`--offline`), or it did not answer
    - B07: a bare name without a tag, or one that a compose or bake file gives to a build context
    - B09: a registry on this machine, or an image that a compose file builds
    - B20: Windows images
    """

    code = "HD302"
    name = "pin-copied-image"
    safety = Safety.HARDENING
    effects = frozenset({Effect.COPY, Effect.RUN})
    after = ("replace-latest", "split-stages", "add-init", "merge-run")
    subject = _SUBJECT

    @classmethod
    def words(cls) -> tuple[str, ...]:
        """Return what COPY and mounts name an image with."""
        return ("from=", "From=", "FROM=")
