"""What a person says about an image that no file shows: the table `assume` of a configuration."""

from __future__ import annotations

from hardener.fast.records import dataclass

#: where a container may run
RUNTIMES = ("docker", "kubernetes")


@dataclass(frozen=True, slots=True)
class Assumptions:
    """What is taken for true, since the person who runs the image said so.

    Attributes:
        runtime: "docker" (Docker since 20.10, or Podman) or "kubernetes"; "" where it is not said.
        low_ports: whether every user may listen on ports below 1024 there; None where it is not said.
        arguments: whether containers are started with arguments; None where it is not said.
        writable: the folders that the program writes to, all of them; None where it is not said.
    """

    runtime: str = ""
    low_ports: bool | None = None
    arguments: bool | None = None
    writable: tuple[str, ...] | None = None

    def over(self, below: Assumptions) -> Assumptions:
        """Return these assumptions, and those of `below` where these say nothing."""
        return Assumptions(
            self.runtime or below.runtime,
            below.low_ports if self.low_ports is None else self.low_ports,
            below.arguments if self.arguments is None else self.arguments,
            below.writable if self.writable is None else self.writable,
        )
