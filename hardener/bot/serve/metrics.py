"""Counters in the text format of Prometheus: a dozen lines, for which no library is needed."""

from __future__ import annotations

import threading
from collections.abc import Mapping

#: name: (type, what it says)
_KNOWN = {
    "harden_bot_deliveries_total": ("counter", "Deliveries of webhooks, by result."),
    "harden_bot_work_total": ("counter", "Tasks that ended, by result."),
    "harden_bot_work_seconds_total": ("counter", "Seconds that tasks took."),
    "harden_bot_requests_opened_total": ("counter", "Pull requests that were opened."),
    "harden_bot_queue_waiting": ("gauge", "Tasks that wait."),
    "harden_bot_queue_begun": ("gauge", "Tasks that are begun."),
    "harden_bot_workers": ("gauge", "Tasks that may run at once."),
}


class Metrics:
    """Counts; safe from any thread. Labels are of a fixed set, never text of a delivery."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._counts: dict[tuple[str, str], float] = {}

    def add(self, name: str, amount: float = 1, *, outcome: str = "") -> None:
        """Count."""
        with self._lock:
            key = (name, f'{{outcome="{outcome}"}}' if outcome else "")
            self._counts[key] = self._counts.get(key, 0) + amount

    def text(self, gauges: Mapping[str, float]) -> str:
        """Return all of it; gauges are given as they are now."""
        with self._lock:
            found = {**self._counts, **{(name, ""): value for name, value in gauges.items()}}
        lines = []
        for name, (kind, text) in _KNOWN.items():
            lines += [f"# HELP {name} {text}", f"# TYPE {name} {kind}"]
            mine = {labels: value for (one, labels), value in found.items() if one == name}
            lines += [f"{name}{labels} {value:.17g}" for labels, value in sorted(mine.items())]
        return "\n".join(lines) + "\n"
