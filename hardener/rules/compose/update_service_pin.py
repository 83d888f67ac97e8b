"""update-service-pin (HD509)."""

from __future__ import annotations

from hardener.rules._named_images import Updating
from hardener.rules.compose._images import ImageRule


class UpdateServicePin(Updating, ImageRule):
    """Update the pins of services whose tag names another image now.

    Off unless it is selected by name; `harden update` runs it and update-pin.

    ## What it does
    An image with a tag and a digest gets the digest that its tag names now; `[tool.harden.update]` says how far the tag
    itself may move, and how old an image has to be.

    ## Why
    A pin keeps the vulnerabilities of the day it was made until it is updated (B12).

    ## Example
    ```yaml
    services:
      db:
        image: postgres:17@sha256:2b1d6a39b6a8ad9a3ff6e3ae1a2ba4e4f2c6e44ef0f9c8a5ba5d1e1b0d4a0c11
    ```
    becomes
    ```yaml
    services:
      db:
        image: postgres:17@sha256:77b6f2cd5e8e0d6fe0a57e1e5e20d9a4a2e1c1b7c1e3a1b8d9c7e6f5a4b3c2d1
    ```

    ## Fix safety
    The image becomes another one: test it before you merge.

    ## When it only reports
    - B01: harden did not ask the registry (`--offline`), or it did not answer
    - B12: the new image is younger than `min-age`, or does not say how old it is
    - K22: another compose file of the folder cannot be read: it may build the service
    - K23: the image is shared through an anchor
    """

    code = "HD509"
    name = "update-service-pin"
    after = ("pin-service-image",)
