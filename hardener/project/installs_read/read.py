"""What an installation reads of the build context, asked of the reader of its tool (C15)."""

from __future__ import annotations

from hardener.errors import Refusal
from hardener.fast.records import replace
from hardener.packages.installs import Install
from hardener.project.context import Files
from hardener.project.installs_read.needs import Needs, held_back
from hardener.project.node.package_json import inside

#: options that name files which are read beside the manifests
_SETTINGS = ("--config-file", "--userconfig", "--globalconfig", "--cafile", "--cert", "--client-cert")


def needs(files: Files, install: Install, folder: str) -> Needs | Refusal:
    """Return what an installation that runs in `folder` of the context reads there."""
    if install.tool.language == "node":  # the readers of one language are all that most files need
        from hardener.project.installs_read.node import NEEDS
    elif install.tool.language == "python":
        from hardener.project.installs_read.python import NEEDS
    else:
        from hardener.project.installs_read.others import NEEDS
    reader = NEEDS.get(install.tool.name)
    if reader is None:  # a row of managers.json alone does not say what is read
        return held_back(f"cannot tell which files `{install.tool.name} {install.verb}".rstrip() + "` reads")
    return _with_settings(files, install, folder, reader(files, install, folder))


def _with_settings(files: Files, install: Install, folder: str, found: Needs | Refusal) -> Needs | Refusal:
    """Return what is read, with the settings and certificates that options or variables name in the context."""
    named = install.values(*_SETTINGS) if isinstance(found, Needs) else ()
    if isinstance(found, Refusal) or not named:
        return found
    unknown = next((value for value in named if "$" in value), "")
    if unknown:
        return held_back(f"cannot tell which file {unknown} is, which it reads")
    paths = [inside(folder, value) for value in named if not value.startswith("/")]
    return replace(found, paths=tuple(dict.fromkeys((*found.paths, *(path for path in paths if files.has(path))))))
