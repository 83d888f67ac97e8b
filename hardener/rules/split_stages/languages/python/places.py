"""What the files of a Python program say about places: its interpreter, its packages, static files (S06, S22)."""

from __future__ import annotations

import re

from hardener.fast.patterns import regex
from hardener.rules.split_stages.model import Case

#: programs in /usr/local/bin that pip did not bring
_OTHERS = r"(?:[\w-]+\.\w+|dumb-init|tini|gosu|su-exec|dockerize|wait-for[\w-]*|docker-[\w-]+|uvx?)(?![\w-])"
_PLACE = regex(rf"/usr/local/(?:bin/(?!{_OTHERS})[\w-]+|lib/python)")
#: what sets PATH anew, so that a virtual environment is not found in it
_LOGIN = regex(
    r"\b(?:ba|z)?sh\s+(?:-\w*l\w*|--login)\b|\bsu\s+(?:-\s|-l\b|--login\b)|\brunuser\s+(?:-l\b|--login\b)|\benv\s+-i\b"
    r"|(?:source|\.)\s+/etc/profile\b|\bPATH=[\"']?/(?!\S*\$)"
)
_READ = (".sh", ".bash", ".py", ".conf", ".ini", ".cfg", ".service", ".cron")
_STATIC = regex(r"(?m)^[ \t]*STATIC_ROOT\s*=\s*([^\n#]+)")
_ABSOLUTE = regex(r"[\"'](/[\w./-]*)[\"']")


def named(case: Case) -> str:
    """Return what of the files says where Python or its packages lie, or sets PATH anew; "" for nothing."""
    for path in case.project.paths:
        name = path.rpartition("/")[2]
        if case.project.is_aside(path) or not (path.endswith(_READ) or "." not in name or "cron" in name):
            continue
        found = _PLACE.search(case.project.text(path) or "") if not name.startswith("Dockerfile") else None
        if found is not None:
            return f"{path} names {found[0]}"
    texts = [" ".join((*(case.stage.entrypoint.argv or ()), *(case.stage.cmd.argv or ())))]
    texts += [" ".join(program) for program in case.programs] + case.project.run_texts(case.programs)
    texts += [node.text for node in case.stage.node.body if node.name == "SHELL"]
    login = next((found for text in texts if (found := _LOGIN.search(text.replace('", "', " ")))), None)
    if login is None and any(re.search(r"\bsudo\b", node.text) for node in case.stage.node.body):
        login = next((found for text in texts if (found := re.search(r"\bsudo\b", text))), None)
    return f"`{login[0].strip()}` resets PATH" if login is not None else ""


def static_root(case: Case, root: str) -> str:
    """Return the value of a STATIC_ROOT that may lie outside of a folder, "" where none does."""
    for path in case.project.paths:
        if not path.endswith(".py") or case.project.is_aside(path):
            continue
        for value in _STATIC.findall(case.project.text(path) or ""):
            absolute = _ABSOLUTE.findall(value)
            climbs = ".." in value or ".parent" in value or "dirname" in value
            if climbs or any(not f"{place}/".startswith(f"{root}/") for place in absolute):
                return str(value).strip()
            if not absolute and re.search(r"environ|getenv|env[.(]|config\(", value):
                return str(value).strip()
    return ""
