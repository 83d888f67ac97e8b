"""Which version `latest` is today (B13): a tag with the very same digest, never a guess by name."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import TYPE_CHECKING

from hardener.fast.patterns import regex
from hardener.fast.records import replace
from hardener.registry.client import RegistryClient
from hardener.registry.model import NotFound

if TYPE_CHECKING:
    from hardener.syntax.image_reference import ImageReference

#: numbers and dots alone: what follows a dash is a variant or a pre-release
_VERSION = regex(r"v?(\d{1,8}(?:\.\d{1,8}){0,3})")
#: a single number above it is a date or a build number, such as 20251120
_LARGEST_MAJOR = 9999
_CEILING = 20


def version_tag_for_latest(client: RegistryClient, reference: ImageReference, ceiling: int = _CEILING) -> str | None:
    """Return the most specific version tag that names what `latest` names now, None where none was found.

    Args:
        client: asks the registry.
        reference: of the repository; its own tag and digest do not matter.
        ceiling: how many tags are asked for their digest.

    Raises:
        RegistryError: `latest` or the list of tags is not to be had.
    """
    deadline = client.deadline()
    latest = client.resolve(replace(reference, tag="latest", digest=None), deadline)
    for tag in candidates(client.tags(reference, deadline))[:ceiling]:
        try:
            found = client.resolve(replace(reference, tag=tag, digest=None), deadline)
        except NotFound:  # listed, but deleted meanwhile
            continue
        if found.digest == latest.digest:
            return tag
    return None


def candidates(tags: Iterable[str]) -> tuple[str, ...]:
    """Return the plausible version tags, those first that `latest` is most likely to be.

    The newest of each series (`1.29`) comes first, 1.29.3 before 1.29; an older patch of a new series stands beside
    the newest one of a series that is three older, as `latest` may lag behind or stay on a long-term series.
    """
    series: defaultdict[tuple[int, ...], list[tuple[tuple[int, ...], str]]] = defaultdict(list)
    for tag in tags:
        match = _VERSION.fullmatch(tag)
        if match is None:
            continue
        numbers = tuple(int(number) for number in match[1].split("."))
        is_date = numbers[0] > _LARGEST_MAJOR
        series[(-1,) if is_date else numbers[:2]].append((numbers, tag))
    ranked = []
    for place, key in enumerate(sorted(series, reverse=True)):
        members = sorted(series[key], key=lambda member: (member[0], not member[1].startswith("v")), reverse=True)
        ranked += [(place + 3 * rank, place, rank, tag) for rank, (_, tag) in enumerate(members)]
    return tuple(tag for *_, tag in sorted(ranked))
