"""pin-manifest-image (HD601)."""

from __future__ import annotations

from hardener.rules._named_images import Pinning
from hardener.rules.kubernetes._images import ManifestImageRule


class PinManifestImage(Pinning, ManifestImageRule):
    """Pin the images of Kubernetes workloads by digest.

    ## What it does
    `image: name:tag` of containers becomes `image: name:tag@sha256:…` with the digest that the registry has for the tag
    now, as pin-base-digest does for FROM (K11).

    ## Why
    A tag can name another image next week: a pod that starts on another node then runs another program than its
    neighbours.

    ## Example
    ```yaml
    apiVersion: apps/v1
    kind: Deployment
    metadata:
      name: web
    spec:
      template:
        spec:
          containers:
            - name: web
              image: nginx:1.29
    ```
    becomes
    ```yaml
    apiVersion: apps/v1
    kind: Deployment
    metadata:
      name: web
    spec:
      template:
        spec:
          containers:
            - name: web
              image: nginx:1.29@sha256:77b6f2cd5e8e0d6fe0a57e1e5e20d9a4a2e1c1b7c1e3a1b8d9c7e6f5a4b3c2d1
    ```

    ## Fix safety
    The image is the one that the tag names today, and stays the same, without later security fixes: run
    `harden update` from time to time (B12). Where `latest` meets data that is there, the change needs
    `--unsafe-fixes`: it may come from an older major version.

    ## When it only reports
    - B01: harden did not ask the registry (`--offline`), or it did not answer
    - B03: the image comes from a variable
    - B09: the repository builds the image, or the registry is on this machine
    - K23: the image is shared through an anchor
    - K28: a kustomization sets the image
    - P31: the reference cannot be read
    """

    code = "HD601"
    name = "pin-manifest-image"
    after = ("manifest-latest",)
