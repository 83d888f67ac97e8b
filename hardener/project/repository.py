"""Where a repository comes from: the remote that a git configuration names, as an address on the web."""

from __future__ import annotations

from hardener.fast.patterns import regex

_SECTION = regex(r"\s*\[\s*(\w+)(?:\s+\"([^\"]*)\")?\s*\]")
_URL = regex(r"\s*url\s*=\s*\"?([^\s\"#;]+)\"?\s*(?:[#;].*)?\Z")
#: `user@host:path`, and an address with a scheme; what stands before `@` is a name or a secret and is left out
_SHORT = regex(r"(?:[\w.-]+@)?([\w-]+(?:\.[\w-]+)+):(?!/)([\w./~+-]+)\Z")
_LONG = regex(r"(https?|ssh|git|git\+ssh|git\+https)://(?:[^/@\s]*@)?([\w-]+(?:\.[\w-]+)+)(:\d+)?/([\w./~+-]+)\Z")
_NUMBER = regex(r"[\d.]+\Z")


def origin_in(text: str) -> str:
    """Return the address on the web of the remote `origin` in the text of a git configuration, "" without one."""
    is_origin = False
    found = ""
    for line in text.splitlines():
        section = _SECTION.match(line)
        if section is not None:
            is_origin = (section[1].lower(), section[2]) == ("remote", "origin")
        elif is_origin and not found:
            url = _URL.match(line)
            found = url[1] if url is not None else ""
    return web_address(found)


def web_address(url: str) -> str:
    """Return where a person finds a repository, without credentials; "" for a path and what cannot be read."""
    short = _SHORT.match(url)
    long = _LONG.match(url)
    if long is not None:
        scheme, host, port, path = long.groups()
        # the port of SSH is none of the web
        start = f"{'http' if scheme == 'http' else 'https'}://{host}{(port or '') if scheme.startswith('http') else ''}"
    elif short is not None:
        host, path = short.groups()
        start = f"https://{host}"
    else:
        return ""
    path = path.strip("/").removesuffix(".git").rstrip("/")
    is_public = "." in host and not _NUMBER.match(host) and "/" in path and ".." not in path
    return f"{start}/{path}" if is_public else ""
