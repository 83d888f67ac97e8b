"""Which images get no security fixes any more, by data/end_of_life.json and data/suites.json."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from hardener.knowledge.catalog import library_name
from hardener.knowledge.facts import facts
from hardener.knowledge.tags import read_tag

if TYPE_CHECKING:
    from hardener.syntax.image_reference import ImageReference

_NAMES = {"debian": "Debian", "ubuntu": "Ubuntu", "centos": "CentOS", "alpine": "Alpine"}
_LIBRARY = "docker.io/library/"


class Ended(NamedTuple):
    """What gets no fixes any more, such as "node 14", and since when (ISO date)."""

    what: str
    since: str


def ended(reference: ImageReference) -> Ended | None:
    """Return what of an image had reached its end when the data were checked, None where nothing is known to have."""
    data = facts("end_of_life")
    name = library_name(reference)
    short = name.removeprefix(_LIBRARY)
    if name in data["retired"]:
        return Ended(f"the image `{short}`", data["retired"][name]["end"])
    tag = read_tag(reference.tag) if reference.tag else None
    if tag is None:
        return None
    if not tag.windows:
        found = _version(name, tag.number, data["images"], data["checked"])
        if found is not None:
            return found
    distro, release = tag.suite or (short, tag.number if short in _NAMES else None)
    return _release(distro, release, data["checked"]) if release else None


def _version(name: str, number: str, images: dict[str, dict[str, dict[str, str]]], checked: str) -> Ended | None:
    row = next((row for key, row in images.items() if name == key or (key[-1] == "/" and name.startswith(key))), None)
    if row is None or not number:
        return None
    parts = number.split(".")
    for line in (".".join(parts[:2]), parts[0] if len(parts) == 1 or parts[0] in row["end"] else ""):
        end = row["end"].get(line, "")
        if end:
            what = name.removeprefix(_LIBRARY).removeprefix("mcr.microsoft.com/").partition("/")[0]
            return Ended(f"{what} {line}", end) if end <= checked else None
    return None


def _release(distro: str, release: str, checked: str) -> Ended | None:
    if distro == "alpine":
        line = ".".join(release.split(".")[:2])
        end = facts("end_of_life")["alpine"]["end"].get(line)
    elif distro in _NAMES:
        rows = facts("suites")[distro]
        line, end = next(
            ((row["release"], row["end"]) for row in rows if release in (row["release"], row.get("codename"))
             or (row.get("number") and row["number"] == release.partition(".")[0])), (release, None),
        )  # fmt: skip
    else:
        return None
    return Ended(f"{_NAMES[distro]} {line}", end) if end and end <= checked else None
