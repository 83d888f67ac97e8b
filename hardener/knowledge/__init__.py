"""What is known about base images, package managers, inits and users: look-ups over the files in `data/`.

An unknown image, tag or tool is an answer too (None, `UNKNOWN` or a `Refusal`), and callers hold back on it.
Every record in `data/` names its source and how sure it is: "source-read", "docs", "issue-read" or "memory".
"""

from __future__ import annotations

from hardener.knowledge.facts import UNKNOWN, Unknown
from hardener.knowledge.images import BaseImage, User, base_image

__all__ = ["UNKNOWN", "BaseImage", "Unknown", "User", "base_image"]
