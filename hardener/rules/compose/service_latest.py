"""service-latest (HD508)."""

from __future__ import annotations

from hardener.errors import Refusal
from hardener.fast.records import replace
from hardener.rules.compose._images import ImageRule
from hardener.syntax.image_reference import ImageReference

_NONE = Refusal("B13", "no version tag names the same image as `latest` today", "choose a version")


class ServiceLatest(ImageRule):
    """Replace `latest` by the version that it names today.

    ## What it does
    A service whose image has no tag, or `latest`, gets the most specific version tag that names the same image now
    (B13), as replace-latest does for FROM.

    ## Why
    `latest` moves to new major versions, and a database does not start on the data of an older one.

    ## Example
    ```yaml
    services:
      web:
        image: nginx
    ```
    becomes
    ```yaml
    services:
      web:
        image: nginx:1.29.3
    ```

    ## Fix safety
    harden chooses the tag by its digest, never by its name: the image is the one that `latest` names today. A machine
    that pulled `latest` earlier has an older one: where the service keeps data, the change needs `--unsafe-fixes`.

    ## When it only reports
    - B01: harden did not ask the registry (`--offline`), or it did not answer
    - B09: another service builds the image, or the registry is on this machine
    - B13: no version tag has the digest of `latest`
    - K22: another compose file of the folder cannot be read: it may build the service
    - K23: the image is shared through an anchor
    """

    code = "HD508"
    name = "service-latest"
    kind = "version"
    message = "`{}` means whatever `latest` is on the day of the pull"

    @classmethod
    def wanted(cls, reference: ImageReference) -> bool:
        """Tell whether the tag is `latest`, said or implied."""
        return reference.digest is None and reference.tag in (None, "latest")

    @classmethod
    def changed(cls, reference: ImageReference, answer: str) -> ImageReference | Refusal:
        """Return the reference with the version."""
        return replace(reference, tag=answer) if answer else _NONE
