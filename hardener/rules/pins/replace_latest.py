"""replace-latest (HD304)."""

from __future__ import annotations

from hardener.errors import Refusal
from hardener.fast.records import replace
from hardener.image.config import Effect
from hardener.image.pulled_images import Pulled
from hardener.rules._reference_rule import ReferenceRule, Subject
from hardener.rules.base import Safety
from hardener.syntax.image_reference import ImageReference

_NONE = Refusal("B13", "no version tag names the same image as `latest` today", "choose a version")


def _wanted(found: Pulled) -> bool:
    reference = found.reference
    return reference is not None and reference.digest is None and reference.tag in (None, "latest")


def _versioned(reference: ImageReference, tag: str) -> ImageReference | Refusal:
    return replace(reference, tag=tag) if tag else _NONE


_SUBJECT = Subject("version", _wanted, _versioned, "`{}` means whatever `latest` is on the day of the build")


class ReplaceLatest(ReferenceRule):
    """Replace `latest` by the version that it names today.

    ## What it does
    An image without a tag, or with `latest`, gets the most specific version tag of the same repository that names the
    same digest now (B13). Where there is no such tag, pin-base-digest pins the image by digest alone.

    ## Why
    `latest` moves to new major versions, and the file does not say which version it was written for.

    ## Example
    ```dockerfile
    FROM nginx
    COPY site /usr/share/nginx/html
    ```
    becomes
    ```dockerfile
    FROM nginx:1.29.3
    COPY site /usr/share/nginx/html
    ```

    ## Fix safety
    harden chooses the tag by its digest, never by its name: the image is the one that `latest` names today.

    ## When it only reports
    - B01: harden did not ask the registry (`--offline`), or it did not answer
    - B03: the tag comes from an ARG that is used for something else too
    - B07: `COPY --from` with a bare name, or an image that a compose or bake file names a build context after
    - B09: an image that a compose file builds
    - B13: no version tag has the digest of `latest`
    - B20: Windows images
    """

    code = "HD304"
    name = "replace-latest"
    safety = Safety.HARDENING
    effects = frozenset({Effect.BASE, Effect.ARG, Effect.COPY, Effect.RUN})
    subject = _SUBJECT
