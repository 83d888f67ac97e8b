"""legacy-links (HD524)."""

from __future__ import annotations

from collections.abc import Iterator

from hardener.errors import Refusal
from hardener.project.compose.model import ComposeService
from hardener.rules.compose.base import ServiceReport

_HELD = Refusal("K24", "a link may rename a service and orders the start", "use `depends_on`, and network aliases")


class LegacyLinks(ServiceReport):
    """Report services that use `links`.

    ## What it does
    Reports `links`, a feature of Docker before it had networks.

    ## Why
    Services of one network find each other by their names without it, and a link says nothing about who may talk to
    whom: only networks do.

    ## Example
    ```yaml
    services:
      web:
        image: nginx:1.29
        links: [db]
    ```
    is reported; with an order of start it is not
    ```yaml
    services:
      web:
        image: nginx:1.29
        depends_on: [db]
    ```

    ## Fix safety
    harden changes nothing here: a link may give another name to a service, and it orders the start.

    ## When it only reports
    - K24: always
    """

    code = "HD524"
    name = "legacy-links"

    @classmethod
    def find(cls, service: ComposeService) -> Iterator[tuple[tuple[str, ...], str, Refusal]]:
        """Yield the key."""
        if service.get("links") is not None:
            yield ("links",), f"`{service.name}` uses `links`, which networks have replaced", _HELD
