"""pin-service-image (HD507)."""

from __future__ import annotations

from hardener.rules._named_images import Pinning
from hardener.rules.compose._images import ImageRule


class PinServiceImage(Pinning, ImageRule):
    """Pin the images of services by digest.

    ## What it does
    `image: name:tag` becomes `image: name:tag@sha256:…` with the digest that the registry has for the tag now, as
    pin-base-digest does for FROM. An `image` beside `build` is the name of what is built, and stays (K11).

    ## Why
    A tag can name another image next week: the same file then starts another program, and nothing shows the change.

    ## Example
    ```yaml
    services:
      db:
        image: postgres:17
    ```
    becomes
    ```yaml
    services:
      db:
        image: postgres:17@sha256:2b1d6a39b6a8ad9a3ff6e3ae1a2ba4e4f2c6e44ef0f9c8a5ba5d1e1b0d4a0c11
    ```

    ## Fix safety
    The image is the one that the tag names today, and stays the same, without later security fixes: run
    `harden update` from time to time (B12). Where `latest` meets data that is there, the change needs
    `--unsafe-fixes`: it may come from an older major version.

    ## When it only reports
    - B01: harden did not ask the registry (`--offline`), or it did not answer
    - B03: the image comes from a variable
    - B09: another service builds the image, or the registry is on this machine
    - K22: another compose file of the folder cannot be read: it may build the service
    - K23: the image is shared through an anchor
    - P31: the reference cannot be read
    """

    code = "HD507"
    name = "pin-service-image"
    after = ("service-latest",)
