"""pin-definition-image (HD701)."""

from __future__ import annotations

from hardener.rules._named_images import Pinning
from hardener.rules.definitions.base import DefinitionImageRule


class PinDefinitionImage(Pinning, DefinitionImageRule):
    """Pin the images of bake files and dev containers by digest.

    ## What it does
    In a bake file (docker-bake.hcl, docker-bake.json) `docker-image://name:tag` of `contexts`, in devcontainer.json
    `image` gets the digest that the registry has for the tag now, as pin-base-digest does for FROM (K11).

    ## Why
    A named context stands in the place of a FROM, and a dev container runs what its image holds with your sources and
    your credentials: both are whatever the tag names on that day.

    ## Example
    ```hcl
    target "app" {
      contexts = {
        base = "docker-image://nginx:1.29"
      }
    }
    ```
    becomes
    ```hcl
    target "app" {
      contexts = {
        base = "docker-image://nginx:1.29@sha256:77b6f2cd5e8e0d6fe0a57e1e5e20d9a4a2e1c1b7c1e3a1b8d9c7e6f5a4b3c2d1"
      }
    }
    ```

    ## Fix safety
    The image is the one that the tag names today, and stays the same, without later security fixes: run
    `harden update` from time to time (B12). Docker and the dev container CLI take a tag and a digest together.

    ## When it only reports
    - B01: harden did not ask the registry (`--offline`), or it did not answer
    - B03: the image comes from a variable
    - B09: the repository builds the image, or the registry is on this machine
    - P31: the reference cannot be read
    """

    code = "HD701"
    name = "pin-definition-image"
    after = ("definition-latest",)
