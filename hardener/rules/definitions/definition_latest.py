"""definition-latest (HD702)."""

from __future__ import annotations

from hardener.rules._named_images import Versioning
from hardener.rules.definitions.base import DefinitionImageRule


class DefinitionLatest(Versioning, DefinitionImageRule):
    """Replace `latest` in bake files and dev containers by the version that it names today.

    ## What it does
    An image without a tag, or with `latest`, gets the most specific version tag that names the same image now (B13), as
    replace-latest does for FROM.

    ## Why
    Two people who build on two days get two images, and nobody can tell which.

    ## Example
    ```hcl
    target "app" {
      contexts = {
        base = "docker-image://nginx"
      }
    }
    ```
    becomes
    ```hcl
    target "app" {
      contexts = {
        base = "docker-image://nginx:1.29.3"
      }
    }
    ```

    ## Fix safety
    harden chooses the tag by its digest, never by its name: the image is the same one.

    ## When it only reports
    - B01: harden did not ask the registry (`--offline`), or it did not answer
    - B09: the repository builds the image, or the registry is on this machine
    - B13: no version tag has the digest of `latest`
    """

    code = "HD702"
    name = "definition-latest"
