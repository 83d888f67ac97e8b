"""What an installation reads of the build context, asked of the reader of its tool (C15)."""

from __future__ import annotations

from hardener.errors import Refusal
from hardener.packages.installs import Install
from hardener.project.context import Files
from hardener.project.installs_read.needs import Needs, held_back


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
    return reader(files, install, folder)
