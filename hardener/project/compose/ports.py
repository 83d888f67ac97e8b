"""The ports in the container that compose files and `docker run --publish` name (U11)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from hardener.text import is_number, whole


def container_ports(published: Iterable[str]) -> Iterator[int]:
    """Yield the ports of texts such as `127.0.0.1:80:8080/tcp` and `8080`; of a range the first one."""
    for text in published:
        port = text.rpartition(":")[2].partition("/")[0].partition("-")[0]
        if is_number(port):
            yield whole(port)
