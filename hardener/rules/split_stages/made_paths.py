"""Where the commands of a stage make their paths, looked up by path: thousands of RUN ask for each of theirs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from hardener.fast.records import dataclass
from hardener.rules.split_stages.model import Call, Verdict


@dataclass(frozen=True, slots=True)
class Made:
    """By path, the index of the last instruction that makes it.

    Attributes:
        paths: every path.
        wholes: those that are copied as a whole, without the last "/".
    """

    paths: dict[str, int]
    wholes: dict[str, int]

    @classmethod
    def of(cls, reads: Mapping[int, Sequence[tuple[Call, Verdict]]]) -> Made:
        """Return what the verdicts on all commands say."""
        made = cls({}, {})
        for index, read in sorted(reads.items()):
            for _, verdict in read:
                made.paths.update((path, index) for path in verdict.makes)
                if verdict.whole:
                    made.wholes.update((path.rstrip("/"), index) for path in verdict.makes)
        return made

    def whole_after(self, index: int, path: str) -> bool:
        """Tell whether a folder with `path` in it is copied as a whole in the place of an instruction after `index`."""
        return any(self.wholes.get(folder, -1) > index for folder in _folders(path))

    def is_below(self, path: str) -> bool:
        """Tell whether a path lies in one of those that are made, and is not that one itself."""
        return any(folder in self.paths or f"{folder}/" in self.paths for folder in _folders(path)[:-1])

    def again_after(self, index: int, path: str) -> bool:
        """Tell whether an instruction after `index` makes `path`."""
        return self.paths.get(path, -1) > index

    def covers(self, path: str) -> bool:
        """Tell whether a path is one of those that are made, or in one."""
        return any(folder in self.paths or f"{folder}/" in self.paths for folder in _folders(path))


def _folders(path: str) -> list[str]:
    """Return a path and the folders that it lies in, without the last "/"."""
    return [*(path[:at] for at, letter in enumerate(path) if letter == "/"), path.rstrip("/")]
