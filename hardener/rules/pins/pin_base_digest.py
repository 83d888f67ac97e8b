"""pin-base-digest (HD301)."""

from __future__ import annotations

from hardener.image.config import Effect
from hardener.image.pulled_images import Pulled
from hardener.rules._reference_rule import ReferenceRule, Subject, pinned
from hardener.rules.base import Safety
from hardener.syntax.dockerfile.nodes import From


def _wanted(found: Pulled) -> bool:
    return isinstance(found.place, From) and (found.reference is None or found.reference.digest is None)


_SUBJECT = Subject("digest", _wanted, pinned, "`{}` may name another image tomorrow: the base is not pinned by digest")


class PinBaseDigest(ReferenceRule):
    """Pin the base image by digest.

    ## What it does
    `FROM name:tag` becomes `FROM name:tag@sha256:…` with the digest that the registry has for the tag now: that of the
    image index where there is one, so that every platform still finds its image (B01). The tag stays for people and
    for updaters (B02). Every FROM of one image gets the same digest (B24). Where an ARG holds the whole reference, or
    all that follows the name, its default is pinned, and `--build-arg` still replaces it (B03).

    ## Why
    A tag can name another image next week: the same Dockerfile then builds another image, and nothing shows the
    change.

    ## Example
    ```dockerfile
    FROM node:22-slim
    CMD ["node", "server.js"]
    ```
    becomes
    ```dockerfile
    FROM node:22-slim@sha256:2b1d6a39b6a8ad9a3ff6e3ae1a2ba4e4f2c6e44ef0f9c8a5ba5d1e1b0d4a0c11
    CMD ["node", "server.js"]
    ```

    ## Fix safety
    The image is the one that the tag names today, and stays the same, without later security fixes: run
    `harden update` from time to time, or let a bot update the pins (B12). Some registries delete images without a tag
    (B11), and `--build-context name:tag=…` does not match a pinned reference (B07).

    ## When it only reports
    - B01: harden did not ask the registry (`--offline`), or it did not answer
    - B03: an ARG is only part of the reference, has no default, or is used for something else too
    - B07: a compose or bake file names a build context after the image
    - B09: a registry on this machine, whose digests change with every build, or an image that a compose file builds
    - B20: Windows images
    - P31: the reference is quoted, spans several lines, or cannot be read
    """

    code = "HD301"
    name = "pin-base-digest"
    safety = Safety.HARDENING
    effects = frozenset({Effect.BASE, Effect.ARG})
    after = ("slim-base", "replace-latest", "split-stages", "add-init")
    subject = _SUBJECT
