"""Writes into the configuration of a repository that a rule is not wanted."""

from __future__ import annotations

from pathlib import Path

from hardener.engine import files
from hardener.engine.config_files import SIZE, forget, load, nearest_path
from hardener.engine.config_writing import with_ignored
from hardener.errors import ConfigError
from hardener.lookups.reading import read_regular, repository_of
from hardener.text import decode, encode


def ignore_in_configuration(rule: str, folder: Path, named: Path | None, *, isolated: bool) -> Path:
    """Add a rule to `ignore` of the configuration that counts in a folder, and return the file.

    Without one, a harden.toml is made in the root of the repository.

    Args:
        rule: its name.
        folder: of the Dockerfile.
        named: the configuration file that was named.
        isolated: none is used.

    Raises:
        ConfigError: the file cannot be changed so that it says just this.
        InputError: it cannot be written.
    """
    if isolated:
        raise ConfigError("--isolated uses no configuration, so nothing was written; leave it out for `c`")
    here = folder.absolute()
    path = named or nearest_path(here)
    if path is None:
        path = repository_of(here) / "harden.toml"
        if path.is_symlink():  # to nothing: a new file would be made where it leads
            raise ConfigError(f"{path}: is a link to no file, so nothing was written")
        files.create(path, f'ignore = ["{rule}"]\n'.encode())
    else:
        _add(rule, path)
    forget()
    return path


def _add(rule: str, path: Path) -> None:
    load(path)  # what is wrong with it is said in the usual words
    try:
        original = read_regular(path, SIZE)
    except OSError as error:
        raise ConfigError(f"{path}: cannot be read: {error.strerror}") from None
    if original is None:
        raise ConfigError(f"{path}: is not a regular file")
    new = with_ignored(decode(original), rule, in_pyproject=path.name == "pyproject.toml")
    if new is None:
        raise ConfigError(f'{path}: add "{rule}" to `ignore` yourself: cannot tell where it belongs')
    files.write(path, encode(new), original)
