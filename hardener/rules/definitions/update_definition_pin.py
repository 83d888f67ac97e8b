"""update-definition-pin (HD703)."""

from __future__ import annotations

from hardener.rules._named_images import Updating
from hardener.rules.definitions.base import DefinitionImageRule


class UpdateDefinitionPin(Updating, DefinitionImageRule):
    """Update the pins of bake files and dev containers whose tag names another image now.

    Off unless it is selected by name; `harden update` runs it with the other rules that update pins.

    ## What it does
    An image with a tag and a digest gets the digest that its tag names now; `[tool.harden.update]` says how far the tag
    itself may move, and how old an image has to be.

    ## Why
    A pin keeps the vulnerabilities of the day it was made until it is updated (B12).

    ## Example
    ```hcl
    target "app" {
      contexts = {
        base = "docker-image://postgres:17@sha256:2b1d6a39b6a8ad9a3ff6e3ae1a2ba4e4f2c6e44ef0f9c8a5ba5d1e1b0d4a0c11"
      }
    }
    ```
    becomes
    ```hcl
    target "app" {
      contexts = {
        base = "docker-image://postgres:17@sha256:77b6f2cd5e8e0d6fe0a57e1e5e20d9a4a2e1c1b7c1e3a1b8d9c7e6f5a4b3c2d1"
      }
    }
    ```

    ## Fix safety
    The image becomes another one: test it before you merge.

    ## When it only reports
    - B01: harden did not ask the registry (`--offline`), or it did not answer
    - B12: the new image is younger than `min-age`, or does not say how old it is
    """

    code = "HD703"
    name = "update-definition-pin"
    after = ("pin-definition-image",)
