"""The ports that a service publishes, as they are written (K10). Format: the Compose specification (services.ports)."""

from __future__ import annotations

from collections.abc import Iterator

from hardener.fast.patterns import regex
from hardener.fast.records import dataclass
from hardener.project.compose.model import ComposeService
from hardener.syntax.yaml import Mapping, Scalar, Sequence
from hardener.text import is_number, whole

_SHORT = regex(
    r"(?:(?P<published>\d+(?:-\d+)?|\$\{\w+(?::?-\d+)?\}|\$\w+):)?(?P<target>\d+)(?P<last>-\d+)?(?P<protocol>/(?:tcp|udp))?\Z"
)


@dataclass(frozen=True, slots=True)
class Published:
    """A port that is open to every address of the host.

    Attributes:
        index: of its item in `ports`.
        text: the short form; "" for the long form.
        target: the port in the container, the first of a range.
        published: the port of the host as it is written, "" where the host chooses one.
    """

    index: int
    text: str
    target: int
    published: str


def open_ports(service: ComposeService) -> Iterator[Published]:
    """Yield the ports that are bound to all addresses; one that cannot be read is left out."""
    node = service.get("ports")
    for index, item in enumerate(node.resolved()) if isinstance(node, Sequence) else ():
        if isinstance(item, Scalar):
            found = _SHORT.match(item.text)
            if found is not None:
                yield Published(index, item.text, whole(found["target"]), found["published"] or "")
        elif isinstance(item, Mapping) and item.get("host_ip") is None:
            target, published = item.get("target"), item.get("published")
            if isinstance(target, Scalar) and is_number(target.text):
                yield Published(index, "", whole(target.text), published.text if isinstance(published, Scalar) else "")
