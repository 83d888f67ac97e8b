"""What the manifest of a project says of it: title, description, licence."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from hardener.fast.patterns import regex
from hardener.project.context import Files
from hardener.project.texts import json_of, toml_of

#: what stands in a quoted word of a Dockerfile for itself
_PLAIN = regex(r"[^\"\\$`\r\n\x00-\x1f]{1,200}\Z")
_NAME = regex(r"[\w@./-]{1,100}\Z")
_SHORT = regex(r"(?:github:)?[\w-]+/[\w.-]+\Z")
_SOURCES = ("repository", "source", "source code", "sources")
_ID = r"(?!UNLICENSED\b|SEE\b|LicenseRef|Proprietary\b|NONE\b|NOASSERTION\b)[A-Za-z][A-Za-z0-9.-]*\+?"
#: an expression of SPDX
_LICENCE = regex(rf"\(?{_ID}(?: (?:AND|OR|WITH) \(?{_ID}\)?)*\)?\Z")


class Description(NamedTuple):
    """What a project says of itself; "" for what it does not say, or not in words that a label holds."""

    title: str = ""
    about: str = ""
    licence: str = ""
    source: str = ""


def description(files: Files) -> Description:
    """Return what the manifest in the root of the build context says; of several only what they agree on."""
    found = list(_manifests(files))
    if not found:
        return Description()
    licences = {each.licence for each in found if each.licence}
    licence = licences.pop() if len(licences) == 1 else ""
    if len(found) > 1:
        return Description(licence=licence)
    return found[0]._replace(licence=licence)


def _manifests(files: Files) -> Iterator[Description]:
    package = json_of(files, "package.json")
    if package is not None:
        place = package.get("repository")
        url = place.get("url") if isinstance(place, dict) else place
        if isinstance(url, str) and _SHORT.match(url):  # npm reads it so
            url = f"https://github.com/{url.removeprefix('github:')}"
        yield _read(package, package.get("license"), url, is_whole="workspaces" in package)
    composer = json_of(files, "composer.json")
    if composer is not None:
        yield _read(composer, composer.get("license"), None)
    for path, keys in (("pyproject.toml", ("project",)), ("Cargo.toml", ("package",))):
        table: Any = toml_of(files, path)
        for key in keys:
            table = table.get(key) if isinstance(table, dict) else None
        if isinstance(table, dict):
            licence = table.get("license")
            licence = licence.get("text") if isinstance(licence, dict) else licence
            urls = table.get("urls")
            named = urls.items() if isinstance(urls, dict) else ()
            url = next((address for name, address in named if name.lower() in _SOURCES), table.get("repository"))
            yield _read(table, licence, url)


def _read(table: Mapping[str, Any], licence: object, url: object, *, is_whole: bool = False) -> Description:
    """Return what a manifest says; that of a workspace is about all of its packages, and names no program."""
    name, about = ("", "") if is_whole else (table.get("name"), table.get("description"))
    return Description(
        name if isinstance(name, str) and _NAME.match(name) else "",
        " ".join(about.split()) if isinstance(about, str) and _PLAIN.match(about) and about.strip() else "",
        licence if isinstance(licence, str) and _LICENCE.match(licence) else "",
        url if isinstance(url, str) else "",
    )
