"""service-latest (HD508)."""

from __future__ import annotations

from hardener.rules._named_images import Versioning
from hardener.rules.compose._images import ImageRule


class ServiceLatest(Versioning, ImageRule):
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
