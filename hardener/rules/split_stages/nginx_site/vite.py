"""What a configuration of Vite says of `vite preview`: the port, or that it does more than serve files."""

from __future__ import annotations

import re

from hardener.errors import Refusal
from hardener.fast.patterns import regex
from hardener.rules.split_stages.model import Case

_CONFIG = regex(r"vite\.config\.[cm]?[jt]s\Z")
#: settings that change what is answered; those of `server` count for the preview too
_MORE = regex(r"\b(proxy|headers|https|cors|base|appType|root|envDir|configurePreviewServer|ssr|middlewareMode)\b")
_PREVIEW = regex(r"\bpreview\s*:\s*\{([^{}]*)\}")
_PLAIN = frozenset(("host", "port", "strictPort", "open", "allowedHosts"))


def vite_refusal(case: Case) -> Refusal | None:
    """Return what in the configuration of Vite a plain nginx would not do."""
    text = _config(case)
    if text is None:
        return Refusal("S20", "cannot read the configuration of Vite", "write the stage by hand")
    more = _MORE.search(text)
    keys = {key for block in _PREVIEW.findall(text) for key in re.findall(r"(\w+)\s*:", block)} - _PLAIN
    if more is not None or keys or len(re.findall(r"\bpreview\b", text)) > len(_PREVIEW.findall(text)):
        named = more[1] if more is not None else "preview"
        return Refusal("S20", f"the configuration of Vite says `{named}`", "write the stage by hand")
    return None


def preview_port(case: Case) -> str:
    """Return the port that the configuration names for the preview; "" where it names none."""
    found = _PREVIEW.search(_config(case) or "")
    port = re.search(r"\bport\s*:\s*([^,}\s]+)", found[1]) if found else None
    return port[1] if port else ""


def _config(case: Case) -> str | None:
    """Return what the only configuration in the root says, "" where there is none; None where it cannot be read."""
    named = [path for path in case.project.paths if _CONFIG.match(path)]
    text = case.project.text(named[0]) if len(named) == 1 else ""
    return None if len(named) > 1 else text
