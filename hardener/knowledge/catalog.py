"""Which record of data/images.json a reference means: by its repository and every part of its tag."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from hardener.knowledge.facts import facts
from hardener.knowledge.tags import Tag, as_version, debian_release, reaches, read_tag, release_of

if TYPE_CHECKING:
    from hardener.syntax.image_reference import ImageReference

Record = dict[str, Any]

NO_TAG = Tag(None, "", None, frozenset(), False)
_CONFIG = ("default_user", "root", "entrypoint", "cmd", "workdir", "stopsignal", "expose", "volumes", "init", "users")


def find(reference: ImageReference) -> tuple[Record, Tag] | None:
    """Return the record for a reference, adapted to its tag, and the tag; None where there is none that fits."""
    records = _records(library_name(reference))
    if not records:
        return None
    if reference.tag is None and reference.digest is not None:
        record = _by_digest(records)
        return None if record is None else (record, NO_TAG)
    tag = read_tag(reference.tag) if reference.tag else NO_TAG
    if tag.windows and not records[0].get("windows"):
        return {"family": records[0]["family"], "distro": None, **_windows()}, tag
    return next(((_configured(record, tag), tag) for record in records if _matches(record, tag)), None)


@cache
def _index() -> tuple[dict[str, list[Record]], list[tuple[str, Record]]]:
    exact: dict[str, list[Record]] = {}
    prefixes = []
    for record in facts("images")["records"]:
        for name in record["images"]:
            if name.endswith("*"):
                prefixes.append((name.partition("*")[0], record))
            else:
                exact.setdefault(name, []).append(record)
    return exact, prefixes


def _records(repository: str) -> list[Record]:
    exact, prefixes = _index()
    return exact.get(repository) or [record for prefix, record in prefixes if repository.startswith(prefix)]


def library_name(reference: ImageReference) -> str:
    """Return the name that the records use: other names of Docker Hub's library (B10, mirrors) are the library."""
    name = reference.repository
    for alias in facts("images")["aliases"]:
        if name.startswith(alias):
            return f"docker.io/library/{name[len(alias) :]}"
    if name.startswith("gcr.io/distroless/"):
        kind = name.partition("-debian")[0]
        short = kind.rstrip("0123456789")
        return short if short.endswith(("/nodejs", "/java")) else kind
    return name


def _matches(record: Record, tag: Tag) -> bool:
    version = tag.version
    if tag.suite and not record.get("any_suite"):
        if tag.suite[0] != record["distro"]:
            return False
        if version is None and record.get("release") == "tag" and _is_number(tag.suite[1]):
            version = as_version(tag.suite[1] or "")
    if not tag.suite and not record.get("plain", True):
        return False
    wanted = frozenset(record.get("with", ()))
    extra = tag.words - wanted - frozenset(record.get("allow", ())) - {"onbuild"}
    if not wanted <= tag.words or (extra and not record.get("any_word")):
        return False
    if version and len(version) > record.get("max_parts", len(version)):
        return False
    if "below" in record and reaches(version, as_version(record["below"])):
        return False
    return "from" not in record or reaches(version, as_version(record["from"]))


def _configured(record: Record, tag: Tag) -> Record:
    """Return the record for this tag: with what a word changes, and without what is not known of old versions."""
    changes: Record = {}
    for word, values in record.get("by_word", {}).items():
        if word in tag.words:
            changes.update(values)
    version = tag.version
    since = record.get("known_from")
    if since and not _is_floating_known(record, tag) and not reaches(version, as_version(since)):
        changes.update(_unknown(record))
    else:
        changes.update(_older_entrypoint(record, tag))
    if "onbuild" in tag.words:
        changes.update(cmd="?", workdir="?")
    return {**record, **changes}


def _older_entrypoint(record: Record, tag: Tag) -> Record:
    """Say what stands in the place of the entry point in the versions before their line got it.

    A version that was current on that day may have been built before and after it. A tag of one or two parts means the
    last version of its line.
    """
    bounds = [as_version(bound) for bound in record.get("entrypoint_since", ())]
    version = tag.version
    if not bounds or version is None:
        return {}
    if tag.number in record.get("entrypoint_unsure", ()):
        return {"entrypoint": "?"}
    first = next((bound for bound in bounds if bound[0] == version[0]), max(bounds))
    return {"entrypoint": None, "inspects": False} if version < first[: len(version)] else {}


def _is_floating_known(record: Record, tag: Tag) -> bool:
    """Say if a tag means the last image of a line that is known, though the line is older than what is: a list of them.

    True in the record says so of every tag of one number.
    """
    known = record.get("floating_known")
    if isinstance(known, list):
        return tag.number in known
    return bool(known) and tag.version is not None and len(tag.version) == 1


def _unknown(record: Record) -> Record:
    changes: Record = dict.fromkeys(_CONFIG, "?")
    changes.update(root=None, users=[], app_user=None)
    if record.get("root_always"):
        changes.update(root=True, default_user=record["default_user"])
    return changes


def _by_digest(records: list[Record]) -> Record | None:
    """A digest alone does not say which variant it is: only a repository with a single one is known."""
    record = records[0]
    if len(records) > 1 or {"with", "from", "below", "known_from", "any_suite"} & record.keys():
        return None
    changes = {key: None if key == "root" else "?" for values in record.get("by_word", {}).values() for key in values}
    return {**record, **changes, "floor": None, "floors": []}


def _windows() -> Record:
    """Everything that differs on Windows: no fact of the Linux variant holds there (B20)."""
    values: Record = dict.fromkeys(_CONFIG, "?")
    values.update(root=None, users=[], windows=True, shell=["cmd", "/S", "/C"], confidence="docs")
    return {**values, "source": "docs.docker.com/reference/dockerfile: SHELL; B20"}


def release(record: Record, tag: Tag, repository: str) -> str | None:
    """Return the release that tag or repository name ("bookworm", "22.04"), or the record fixes."""
    if tag.suite and tag.suite[1]:
        return tag.suite[1]
    rule = record.get("release")
    if rule == "tag":
        return release_of(record["distro"], tag.number) if tag.number else None
    if rule == "repository":
        _, _, debian = repository.partition("-debian")
        number = debian or repository.partition("/ubi")[2].partition("/")[0].partition("-")[0]
        return debian_release(number) if debian else number or None
    return rule


def floor(record: Record, tag: Tag) -> str | None:
    """Return the oldest release that a tag without suite can mean (B16)."""
    if tag.version is None:
        return record.get("floor")
    found = _last_built(record, tag)
    if found is not None:
        return found
    for bound, suite in record.get("floors", ()):
        # a short version ("3") may be older in a registry that is not kept up: compare what is there
        if tag.version >= as_version(bound)[: len(tag.version)]:
            found = suite
    return found


def archive_moved(distro: str | None, name: str | None) -> bool | None:
    """Say if the packages of a release have left their usual address (B17); None where not known."""
    if distro not in ("debian", "ubuntu", "centos"):
        return False if distro == "alpine" and name else None
    row = next((row for row in facts("suites")[distro] if row["release"] == name), None)
    return row and row["archived"] is not None


def may_have_moved(record: Record, tag: Tag) -> bool:
    """Say if a tag that fixes no release may mean one whose packages have left their usual address (B17).

    A tag of two parts ("3.9") is built again while its line lives; one of three ("3.9.2") stays where it was made.
    """
    return bool(archive_moved(record["distro"], floor(record, tag)))


def _last_built(record: Record, tag: Tag) -> str | None:
    """Return the release that a line which is no longer kept up had at last: its tags of two parts mean that."""
    return next((suite for short, suite in record.get("rebuilt", ()) if as_version(short) == tag.version), None)


def _is_number(text: str | None) -> bool:
    return bool(text) and (text or "").replace(".", "").isdigit()
