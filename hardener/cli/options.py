"""Options as data: click makes its options of them, and a plain command line is read without click.

Click's import costs more than a whole run over a file. So `read` reads what people nearly always write, and leaves
everything else (help, a value that is refused, an option that does not exist) to click, which knows the same options.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import wraps
from pathlib import Path
from typing import Any, TypeVar, cast

from hardener.errors import OptionError
from hardener.fast.records import dataclass

F = TypeVar("F", bound=Callable[..., Any])


@dataclass(frozen=True, slots=True)
class Option:
    """An option of a command.

    Attributes:
        names: as written, such as `-q` and `--quiet`; then the name of the value where the option has another.
        help: for people.
        metavar: what the help calls the value.
        default: the value where it is not given.
        flag: the value that it stands for; None where the value follows.
        multiple: may be given several times: the value is a tuple.
        kind: of the value: str, Path, int (from 1), or the words that it may be.
    """

    names: tuple[str, ...]
    help: str
    metavar: str | None
    default: Any
    flag: Any
    multiple: bool
    kind: type | tuple[str, ...]

    @property
    def target(self) -> str:
        """The name of the value."""
        return self.names[-1].lstrip("-").replace("-", "_")

    @property
    def switches(self) -> tuple[str, ...]:
        """What is written on the command line."""
        return tuple(name for name in self.names if name.startswith("-"))

    def value(self, text: str) -> Any:
        """Return what a text stands for; None where that is click's to say."""
        if isinstance(self.kind, tuple):
            return text if text in self.kind else None
        if self.kind is int:
            return int(text) if text.isascii() and text.isdecimal() and int(text) > 0 else None
        return self.kind(text)


def option(
    *names: str,
    help: str,
    metavar: str | None = None,
    default: Any = None,
    flag: Any = None,
    multiple: bool = False,
    kind: type | tuple[str, ...] = str,
) -> Option:
    """Describe an option; see `Option`."""
    missing = () if multiple else False if flag is True else None
    return Option(names, help, metavar, missing if default is None else default, flag, multiple, kind)


def giving(options: tuple[Option, ...]) -> Callable[[F], F]:
    """Return a decorator that gives a click command `options`, in their order."""

    def decorate(function: F) -> F:
        decorated = _told_with_usage(function)
        for known in reversed(options):
            decorated = _click_option(known)(decorated)
        return decorated

    return decorate


def _told_with_usage(function: F) -> F:
    """Let click tell what is wrong with options, below the usage of the command."""

    @wraps(function)
    def run(*args: Any, **kwargs: Any) -> Any:
        try:
            return function(*args, **kwargs)
        except OptionError as error:
            import click

            raise click.UsageError(str(error)) from None

    return cast(F, run)


def _click_option(known: Option) -> Callable[[F], F]:
    import click

    kinds: dict[Any, Any] = {Path: click.Path(path_type=Path), int: click.IntRange(min=1), str: click.STRING}
    if known.flag is True:
        return click.option(*known.names, is_flag=True, help=known.help)
    if known.flag is not None:
        chosen: dict[str, Any] = {"default": True} if known.default == known.flag else {}
        return click.option(*known.names, flag_value=known.flag, help=known.help, **chosen)
    kind = click.Choice(known.kind) if isinstance(known.kind, tuple) else kinds[known.kind]
    default = {} if known.multiple else {"default": known.default}
    return click.option(
        *known.names, type=kind, multiple=known.multiple, metavar=known.metavar, help=known.help, **default
    )


def read(arguments: list[str], options: Iterable[Option]) -> tuple[tuple[str, ...], dict[str, Any]] | None:
    """Return the paths of a command line and the values of all options; None where click has to read it."""
    known = {switch: found for found in options for switch in found.switches}
    values: dict[str, Any] = {}
    for found in known.values():
        if values.get(found.target) is None:
            values[found.target] = found.default
    paths: list[str] = []
    rest = iter(arguments)
    for argument in rest:
        if argument == "--":
            paths += rest
        elif argument == "-" or not argument.startswith("-"):
            paths.append(argument)
        elif not _take(argument, rest, known, values):
            return None
    return (tuple(paths), values) if all(paths) else None


def _take(argument: str, rest: Iterable[str], known: dict[str, Option], values: dict[str, Any]) -> bool:
    """Put the value of one option into `values`; False where click has to say what it means."""
    switch, equals, text = argument.partition("=")
    found = known.get(switch)
    if found is None:
        return False
    if found.flag is not None:
        values[found.target] = found.flag
        return not equals
    if not equals:
        text = next(iter(rest), "")
    value = found.value(text) if text and not text.startswith("-") else None
    if value is None:
        return False
    values[found.target] = (*values[found.target], value) if found.multiple else value
    return True
