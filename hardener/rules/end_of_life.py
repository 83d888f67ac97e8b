"""end-of-life (HD311)."""

from __future__ import annotations

from hardener.errors import Refusal
from hardener.image.config import Effect
from hardener.rules.base import Rule, Safety
from hardener.syntax.dockerfile.nodes import From

_MESSAGE = "vulnerabilities of the base image stay, however often it is built"


class EndOfLife(Rule):
    """Build on releases that still get security fixes.

    ## What it does
    Reports a base image whose release gets no security fixes any more: Debian, Ubuntu, CentOS and Alpine, the
    official images of Node.js, Python, Ruby, PHP, Go, PostgreSQL and MySQL, .NET, and images that nobody builds any
    more (`openjdk`, `centos`).

    ## Why
    Vulnerabilities that are found after that day stay in the image for ever, however often it is built.

    ## Example
    ```dockerfile
    FROM node:14-slim
    CMD ["node", "server.js"]
    ```
    is reported, and
    ```dockerfile
    FROM node:24-slim
    CMD ["node", "server.js"]
    ```
    is not.

    ## Fix safety
    There is no rewrite: a newer version is another one, and the program has to be tested with it (B23). The dates are
    those that harden was published with; a release that ended later is not reported.

    ## When it only reports
    - B23: always
    """

    code = "HD311"
    name = "end-of-life"
    safety = Safety.SAFE
    effects = frozenset[Effect]()

    def leave_From(self, original: From, updated: From) -> From:
        """Report a base image that has reached its end."""
        stage = next((s for s in self.model.stages if s.node.from_ is original), None)
        if stage is None or stage.reference is None:
            return updated
        from hardener.knowledge.end_of_life import ended

        found = ended(stage.reference)
        if found is None:
            return updated
        reason = f"{found.what} has had no security fixes since {found.since}"
        return self.report(original, updated, Refusal("B23", reason, "move to a version that gets fixes"), _MESSAGE)
