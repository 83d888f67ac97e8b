"""Which pins `harden update` moves, and how far."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from hardener.errors import Refusal
from hardener.fast.records import dataclass, replace
from hardener.rules.base import Lookup
from hardener.syntax.image_reference import ImageReference

if TYPE_CHECKING:
    from hardener.registry.client import RegistryClient

DAY = 86400
#: how far a tag may move, from nowhere
TAGS = ("same", "patch", "minor", "major")
_UNITS = {"m": 60, "h": 3600, "d": DAY, "w": 7 * DAY}
_AGAIN = "run harden again when the registry answers"


def duration(text: str) -> float | None:
    """Return the seconds of "90m", "12h", "7d" or "2w"; None for anything else."""
    number, unit = text[:-1].strip(), text[-1:]
    return float(number) * _UNITS[unit] if number.isdecimal() and unit in _UNITS else None


@dataclass(frozen=True, slots=True)
class UpdatePolicy:
    """What may move.

    Attributes:
        min_age: seconds that an image must be old before a pin moves to it: most bad releases are found early.
        tags: how far a tag may move: "same" (the digest alone), "patch", "minor" or "major".
        ignore: images that stay, as patterns on the short name (`postgres`, `ghcr.io/acme/*`).
    """

    min_age: float = 0
    tags: str = "same"
    ignore: tuple[str, ...] = ()

    def ignores(self, reference: ImageReference) -> bool:
        """Tell whether the image is to stay as it is."""
        from fnmatch import fnmatchcase

        name = replace(reference, tag=None, digest=None).familiar
        return any(fnmatchcase(name, pattern) for pattern in self.ignore)


def moves(
    places: Mapping[Lookup, ImageReference], policy: UpdatePolicy, client: RegistryClient
) -> dict[Lookup, str | Refusal]:
    """Return for each pinned reference the `tag@digest` to move to, "" where it may stay, or why it has to.

    Args:
        places: references with tag and digest, by the question about them.
        policy: what may move.
        client: asks the registries.
    """
    from hardener.registry.model import Resolved, Unresolved
    from hardener.registry.newest import Step
    from hardener.registry.resolve import newest_tags, resolve_many

    answers: dict[Lookup, str | Refusal] = dict.fromkeys(places, "")
    targets = {lookup: r for lookup, r in places.items() if not policy.ignores(r)}
    if policy.tags != "same":
        tags = newest_tags((replace(r, digest=None) for r in targets.values()), Step(policy.tags), client=client)
        for lookup, reference in list(targets.items()):
            tag = tags[replace(reference, digest=None)]
            if isinstance(tag, Unresolved):
                answers[lookup] = Refusal("B01", tag.reason, _AGAIN)
                del targets[lookup]
            else:
                targets[lookup] = replace(reference, tag=tag)
    resolved = resolve_many((replace(r, digest=None) for r in targets.values()), client=client)
    moved = {}
    for lookup, reference in targets.items():
        now = resolved[replace(reference, digest=None)]
        if not isinstance(now, Resolved):
            answers[lookup] = Refusal("B01", now.reason, _AGAIN)
        elif now.digest != places[lookup].digest or reference.tag != places[lookup].tag:
            moved[lookup] = replace(reference, digest=now.digest)
            answers[lookup] = f"{reference.tag}@{now.digest}"
    return {**answers, **_too_young(moved, policy, client)}


def _too_young(
    moved: Mapping[Lookup, ImageReference], policy: UpdatePolicy, client: RegistryClient
) -> dict[Lookup, Refusal]:
    """Return the moves that have to wait."""
    if policy.min_age <= 0 or not moved:
        return {}
    import time

    from hardener.registry.model import Unresolved
    from hardener.registry.resolve import creation_times

    times = creation_times(moved.values(), client=client)
    found = {}
    for lookup, reference in moved.items():
        made = times[reference]
        if isinstance(made, Unresolved):
            found[lookup] = Refusal("B01", made.reason, _AGAIN)
        elif made is None:
            found[lookup] = Refusal("B12", "the new image does not say how old it is", "set min-age to 0 for it")
        elif time.time() - made < policy.min_age:
            age, wanted = (time.time() - made) / DAY, policy.min_age / DAY
            reason = f"the new image is {age:.1f} days old, min-age is {wanted:g} days"
            found[lookup] = Refusal("B12", reason, "wait, or lower min-age")
    return found
