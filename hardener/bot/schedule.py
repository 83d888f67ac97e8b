"""When new requests may be opened: days and hours of this machine, such as "mon-fri 09:00-17:00"."""

from __future__ import annotations

import re
import time

from hardener.errors import HardenError
from hardener.fast.records import dataclass

_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_HOURS = re.compile(r"([01]\d|2[0-3]):([0-5]\d)-([01]\d|2[0-4]):([0-5]\d)")


@dataclass(frozen=True, slots=True)
class Schedule:
    """Days of the week (0 is Monday) and minutes of the day; hours past midnight count for the day before."""

    text: str
    days: frozenset[int]
    begins: int
    ends: int

    def is_open(self, at: time.struct_time) -> bool:
        """Tell whether new requests may be opened at a time."""
        minute = at.tm_hour * 60 + at.tm_min
        if self.begins < self.ends:
            return at.tm_wday in self.days and self.begins <= minute < self.ends
        if minute >= self.begins:
            return at.tm_wday in self.days
        return minute < self.ends and (at.tm_wday - 1) % 7 in self.days


def schedule(text: str) -> Schedule:
    """Read days ("mon-fri", "sat,sun", "daily") and, if there are any, hours.

    Raises:
        HardenError: it is no schedule.
    """
    days, _, hours = text.strip().lower().partition(" ")
    found = _HOURS.fullmatch(hours.strip() or "00:00-24:00")
    chosen = _chosen(days)
    if found is None or not chosen:
        raise HardenError(f'{text!r} is no schedule such as "mon-fri 09:00-17:00" or "daily 22:00-05:00"')
    begin_hour, begin, end_hour, end = map(int, found.groups())
    if end_hour * 60 + end > 1440 or (begin_hour, begin) == (end_hour, end):
        raise HardenError(f"{text!r}: write hours as FROM-TO, such as 22:00-05:00, up to 24:00")
    return Schedule(" ".join(text.split()).lower(), chosen, begin_hour * 60 + begin, end_hour * 60 + end)


def _chosen(text: str) -> frozenset[int]:
    if text == "daily":
        return frozenset(range(7))
    chosen: set[int] = set()
    for part in text.split(","):
        first, _, last = part.partition("-")
        if first not in _DAYS or (last or first) not in _DAYS:
            return frozenset()
        begin, end = _DAYS.index(first), _DAYS.index(last or first)
        chosen.update(day % 7 for day in range(begin, end + 1 + 7 * (end < begin)))
    return frozenset(chosen)
