"""The values that ARG and ENV give, as they are at a place: one record for a stage, and a view of it for each place."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Mapping


class Values(Mapping[str, str | None]):
    """What is in force after the first `at` assignments of a stage, and of the stages below it.

    A copy for every instruction would make the work of thousands of ENV grow with their square.
    """

    __slots__ = ("_at", "_below", "_log")

    def __init__(self, below: Values | None = None) -> None:
        """Start a stage, on what the stage below it leaves."""
        self._below: Values | None = below._below if below is not None and not below._log else below
        self._log: dict[str, tuple[list[int], list[str | None]]] = {}
        self._at = 0

    def having(self, new: Mapping[str, str | None]) -> Values:
        """Return the view after one more instruction; only the newest view of a stage may be asked for one."""
        after = Values()
        after._below, after._log, after._at = self._below, self._log, self._at + 1
        for name, value in new.items():
            places, values = self._log.setdefault(name, ([], []))
            places.append(after._at)
            values.append(value)
        return after

    def __getitem__(self, name: str) -> str | None:
        view: Values | None = self
        while view is not None:
            found = view._log.get(name)
            index = bisect_right(found[0], view._at) if found is not None else 0
            if found is not None and index:
                return found[1][index - 1]
            view = view._below
        raise KeyError(name)

    def __iter__(self) -> Iterator[str]:
        names: dict[str, None] = {}
        view: Values | None = self
        while view is not None:
            names.update(dict.fromkeys(name for name, (places, _) in view._log.items() if places[0] <= view._at))
            view = view._below
        return iter(names)

    def __len__(self) -> int:
        return sum(1 for _ in self)


NO_VALUES = Values()
