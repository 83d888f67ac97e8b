"""Whether two references name the same image, with variables in them (B07)."""

from __future__ import annotations

from functools import lru_cache

from hardener.fast.patterns import regex

_VARIABLE = regex(r"\$\{?(\w+)[^}/:]*(?::?[-?+][^}]*)?\}?")


def is_same_image(made: str, wanted: str) -> bool:
    """Tell whether two references name one repository, with or without the name of the registry."""
    short, long = sorted((repository_of(made), repository_of(wanted)), key=len)
    return short == long or long.endswith(f"/{short}")


@lru_cache(maxsize=4096)
def repository_of(image: str) -> str:
    """Return an image reference without tag and digest, its variables by their names."""
    plain = _VARIABLE.sub(r"$\1", image).partition("@")[0]
    folder, slash, name = plain.rpartition("/")
    return f"{folder}{slash}{name.partition(':')[0]}".removeprefix("docker.io/").removeprefix("library/")
