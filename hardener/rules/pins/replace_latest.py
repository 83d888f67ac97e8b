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
    """Write the version that `latest` is today.

    ## What it does
    An image without a tag, or with `latest`, gets the most specific version tag of the same repository that names the
    very same digest now (B13). Where no such tag exists the text stays, and pin-base-digest pins it by digest alone.

    ## Why
    `latest` is a major upgrade waiting to happen, and nobody who reads the file can tell which version it meant.

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
    The tag is found by equality of digests, never by name: the image is the one that `latest` names today.

    ## When it only reports
    - B01: the registry was not asked (`--offline`), or did not answer
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
