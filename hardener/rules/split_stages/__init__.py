"""Splitting a stage that builds and runs into a build stage and a runtime stage.

`propose` decides, `assemble` writes the two stages; each ecosystem is a module that says what its commands leave
behind and what the runtime stage is built on.
"""

from __future__ import annotations
