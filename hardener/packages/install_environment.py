"""Options that an installation takes from variables: PIP_CONSTRAINT, npm_config_omit, UV_NO_DEV (C15, C16).

Sources: pip's guide (Configuration: environment variables `PIP_<OPTION>`), npm's (config: `npm_config_<option>`, in any
case), uv's reference of environment variables, each of which is named after its option.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from hardener.fast.patterns import regex
from hardener.fast.records import replace
from hardener.packages.installs import Install

_OF = {
    "pip": regex(r"PIP_([A-Z]\w*)\Z"),
    "uv": regex(r"UV_([A-Z]\w*)\Z"),
    "npm": regex(r"(?i)npm_config_([a-z]\w*)\Z"),
}
#: tools that read the variables of npm too
_LIKE_NPM = frozenset({"npm", "pnpm"})
_OFF = frozenset({"", "0", "false", "no", "off", "n", "f"})
#: options that take several values, separated by blanks
_LISTS = frozenset({
    "--constraint", "--requirement", "--find-links", "--extra-index-url", "--trusted-host", "--override",
    "--build-constraint", "--no-binary", "--only-binary", "--editable",
})  # fmt: skip
#: what the variable sets is something else than what the option does: where `npm -g` installs
_OTHERS = frozenset({"--prefix"})


def with_environment(install: Install, values: Mapping[str, str | None], where: str) -> Install:
    """Return an installation with the options that variables give it as its settings.

    Args:
        install: the command.
        values: what ENV and ARG give; None for a value that cannot be told.
        where: the folder of the image that it runs in: absolute paths below it are named from there.
    """
    given = dict(values)
    for one in install.command.assignments:
        given[one.name] = one.value.value if one.value is not None else None
    options = tuple(_options(_reader(install), given, where.rstrip("/") + "/"))
    return replace(install, settings=options) if options else install


def _reader(install: Install) -> str:
    """Return whose variables count: `uv pip` is pip in all but these."""
    program = install.command.name or ""
    name = "uv" if program.rpartition("/")[2] == "uv" else install.tool.name
    return "npm" if name in _LIKE_NPM else name


def _options(reader: str, values: Mapping[str, str | None], where: str) -> Iterator[tuple[str, ...]]:
    pattern = _OF.get(reader)
    for name, value in values.items() if pattern is not None else ():
        found = pattern.match(name) if pattern is not None else None
        if found is None:
            continue
        option = f"--{found[1].lower().strip('_').replace('_', '-')}"
        if option in _OTHERS and reader == "npm":
            continue
        if value is None:
            yield (f"{option}=${name}",)
        elif value.lower() not in _OFF:
            for word in value.split() if option in _LISTS else (value,):
                yield (f"{option}={word.removeprefix(where)}",)
        elif reader == "npm" and value:
            yield (f"--no-{option[2:]}",)


__all__ = ["with_environment"]
