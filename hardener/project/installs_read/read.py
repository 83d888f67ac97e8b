"""What an installation reads of the build context, asked of the reader of its tool (C15)."""

from __future__ import annotations

from hardener.errors import Refusal
from hardener.packages.installs import Install
from hardener.project.context import Files
from hardener.project.installs_read import node, others, python
from hardener.project.installs_read.needs import Needs


def needs(files: Files, install: Install, folder: str) -> Needs | Refusal:
    """Return what an installation that runs in `folder` of the context reads there."""
    name = install.tool.name
    tables = (node.NEEDS, python.NEEDS, others.NEEDS)
    return next(table[name] for table in tables if name in table)(files, install, folder)
