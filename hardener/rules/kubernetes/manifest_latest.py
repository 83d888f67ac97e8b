"""manifest-latest (HD602)."""

from __future__ import annotations

from hardener.rules._named_images import Versioning
from hardener.rules.kubernetes._images import ManifestImageRule


class ManifestLatest(Versioning, ManifestImageRule):
    """Replace `latest` in Kubernetes workloads by the version that it names today.

    ## What it does
    A container whose image has no tag, or `latest`, gets the most specific version tag that names the same image now
    (B13), as replace-latest does for FROM.

    ## Why
    Each node pulls whatever `latest` is when a pod starts there, and `kubectl rollout undo` cannot go back to what it
    was before.

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
              image: nginx
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
              image: nginx:1.29.3
    ```

    ## Fix safety
    harden chooses the tag by its digest, never by its name. Where the pod keeps data, the change needs
    `--unsafe-fixes`: the data may come from an older version. With a version the nodes no longer ask the registry at
    each start, unless `imagePullPolicy` says so.

    ## When it only reports
    - B01: harden did not ask the registry (`--offline`), or it did not answer
    - B09: the repository builds the image, or the registry is on this machine
    - B13: no version tag has the digest of `latest`
    - K23: the image is shared through an anchor
    - K28: a kustomization sets the image
    """

    code = "HD602"
    name = "manifest-latest"
