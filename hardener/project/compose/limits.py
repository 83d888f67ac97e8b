"""The limits of services that a person sets for all: the table `compose` of a configuration (K05)."""

from __future__ import annotations

from hardener.fast.records import dataclass

#: far above what databases and Java servers with a thread for each connection use
PIDS = 4096
LOG_SIZE = "10m"
LOG_FILES = 3


@dataclass(frozen=True, slots=True)
class Limits:
    """What a service gets that has no limit of its own.

    Attributes:
        memory: as compose files write it, such as "512m"; "" for none, since nobody can guess it.
        cpus: how many processors; None for none.
        pids: how many processes and threads; None for harden's own number.
        log_size, log_files: of its logs; "" and None for harden's own.
    """

    memory: str = ""
    cpus: float | None = None
    pids: int | None = None
    log_size: str = ""
    log_files: int | None = None

    def over(self, below: Limits) -> Limits:
        """Return these limits, and those of `below` where these say nothing."""
        return Limits(
            self.memory or below.memory,
            below.cpus if self.cpus is None else self.cpus,
            below.pids if self.pids is None else self.pids,
            self.log_size or below.log_size,
            below.log_files if self.log_files is None else self.log_files,
        )
