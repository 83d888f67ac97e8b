"""What a service mounts with a mode that shuts out every user but root: secrets, configs, tmpfs (U07, U13).

Format: the Compose specification (services.secrets, services.configs, services.tmpfs, volumes of type tmpfs).
"""

from __future__ import annotations

from collections.abc import Iterator

from hardener.syntax.yaml import Mapping, Sequence, mappings_of, text_of

_READ, _WRITE = 0o004, 0o002


def closed_files(node: Mapping) -> tuple[str, ...]:
    """Return where secrets and configs lie that only root, or a group, can read.

    Args:
        node: what stands below the name of a service.
    """
    found: list[str] = []
    for key, folder in (("secrets", "/run/secrets/"), ("configs", "/")):
        for item in mappings_of(node.get(key)):
            target = text_of(item.get("target")) or text_of(item.get("source"))
            mode = text_of(item.get("mode"))
            if mode and target and not _lets(mode, _READ):
                found.append(target if target.startswith("/") else f"{folder}{target}")
    return tuple(found)


def closed_folders(node: Mapping) -> tuple[str, ...]:
    """Return where a tmpfs lies that only root, or an owner by number, can write into; without a mode all can."""
    return tuple(target for target, mode in _tmpfs(node) if mode and not _lets(mode, _WRITE))


def _tmpfs(node: Mapping) -> Iterator[tuple[str, str]]:
    """Yield where each tmpfs of a service lies, and its mode as it is written."""
    said = node.get("tmpfs")
    for item in said.resolved() if isinstance(said, Sequence) else [said]:
        target, _, options = text_of(item).partition(":")
        words = dict(word.partition("=")[::2] for word in options.split(","))
        yield target, f"0{words['mode']}" if "mode" in words else ""  # the kernel reads it as octal
    for volume in mappings_of(node.get("volumes")):
        if text_of(volume.get("type")) == "tmpfs":
            options_node = volume.mapping("tmpfs")
            yield text_of(volume.get("target")), text_of(options_node.get("mode")) if options_node is not None else ""


def _lets(mode: str, bit: int) -> bool:
    """Tell whether a mode gives all users a bit; one without a leading zero has to do so read as either number."""
    digits = mode.lower().removeprefix("0o")
    if not digits.isdigit():
        return "$" not in mode
    is_octal = not digits.strip("01234567")
    read = [int(digits, 8)] if is_octal else []
    if not mode.startswith("0"):
        read.append(int(digits))
    return all(value & bit for value in read)


__all__ = ["closed_files", "closed_folders"]
