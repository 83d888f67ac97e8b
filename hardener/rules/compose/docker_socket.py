"""docker-socket (HD520)."""

from __future__ import annotations

from collections.abc import Iterator

from hardener.errors import Refusal
from hardener.project.compose.model import ComposeService
from hardener.project.compose.volumes import read_mounts
from hardener.rules.compose.base import ServiceReport

_ENGINES = ("docker.sock", "podman.sock", "containerd.sock")
#: folders that have it in them
_AROUND = ("/", "/run", "/run/", "/var/run", "/var/run/")
_HELD = Refusal("K07", "the service may need it", "put a socket proxy in between that allows only what it asks")


class DockerSocket(ServiceReport):
    """Report services that get the socket of the Docker engine.

    ## What it does
    Reports a mount of `docker.sock`, `podman.sock` or `containerd.sock`, or of a folder that has it in it: `/run`,
    `/var/run` and `/` (K07).

    ## Why
    Who can talk to the engine can start a container with the whole disk of the host in it: the service is root on the
    host. A mount for reading only (`:ro`) does not restrict what is said over the socket.

    ## Example
    ```yaml
    services:
      proxy:
        image: traefik:v3
        volumes:
          - /var/run/docker.sock:/var/run/docker.sock:ro
    ```
    is reported; with a proxy that lets only some questions through it is not
    ```yaml
    services:
      proxy:
        image: traefik:v3
        environment:
          DOCKER_HOST: tcp://socket-proxy:2375
    ```

    ## Fix safety
    harden changes nothing here: Traefik, Portainer and CI runners do not work without it.

    ## When it only reports
    - K07: always
    """

    code = "HD520"
    name = "docker-socket"

    @classmethod
    def find(cls, service: ComposeService) -> Iterator[tuple[tuple[str, ...], str, Refusal]]:
        """Yield the mount of an engine's socket."""
        for mount in read_mounts(service.get("volumes"), for_reading=True):
            if mount.source.endswith(_ENGINES) or mount.source in _AROUND:
                message = f"`{service.name}` gets the engine's socket by {mount.source}: it is root on the host"
                yield ("volumes",), message, _HELD
