"""Which folders are taken whole, which file by file, and which never. Pure."""

from __future__ import annotations

import posixpath

from hardener.fast.patterns import regex

#: folders that many programs share: what lies in them is taken file by file, what lies deeper by the folder below them
_SHARED = regex(
    r"/|/(?:usr(?:/local)?/)?(?:s?bin|lib|lib32|lib64|libexec|share|etc|include|src)"
    r"|(?:/usr(?:/local)?)?/lib/[a-z0-9_]+-linux-[a-z0-9]+"
    r"|/usr|/usr/local|/opt|/home|/home/[^/]+|/root|/srv|/mnt|/media|/etc|/etc/ssl|/var|/var/lib|/var/spool|/boot"
)
#: of the engine, of the kernel, left from building, or of nobody's business
_NEVER = regex(
    r"/(?:proc|sys|dev|run|tmp|boot|\.dockerenv)(?:/.*)?"
    r"|/var/(?:run|tmp|cache|log|lock|backups|mail)(?:/.*)?|/var/lib/(?:apt|dpkg|pacman|rpm)(?:/.*)?"
    r"|/(?:usr/)?lib/apk(?:/.*)?|/usr/share/(?:doc|man|info|lintian|bug)(?:/.*)?"
    r"|/etc/(?:g?shadow-?|passwd-|group-|hosts|hostname|resolv\.conf|mtab|machine-id|ssl/private)(?:/.*)?"
    r"|.*/\.(?:ssh|aws|docker|gnupg|kube|cache|npm|cargo/registry)(?:/.*)?"
    r"|.*/\.(?:netrc|npmrc|pypirc|git-credentials|bash_history|wget-hsts)"
)
#: what may hold secrets inside of a folder that is taken whole
_SECRET = regex(r"(?:id_(?:rsa|ed25519|ecdsa)|\.env(?:\..*)?|\.netrc|\.npmrc|\.pypirc|\.git-credentials|credentials)")


def is_shared(folder: str) -> bool:
    """Tell whether a folder is one that many programs share."""
    return _SHARED.fullmatch(folder) is not None


def is_never(path: str) -> bool:
    """Tell whether a path is never taken because a program touched it."""
    return _NEVER.fullmatch(path) is not None


def may_be_secret(path: str) -> bool:
    """Tell whether a file's name is one of those that hold secrets."""
    return _SECRET.fullmatch(posixpath.basename(path)) is not None


def unit_of(path: str) -> str | None:
    """Return the folder that is taken whole for what lies in it or is it, None where files are taken one by one.

    Args:
        path: a file, or a folder with a slash at its end.
    """
    folder = path.rstrip("/") or "/" if path.endswith("/") else posixpath.dirname(path)
    if not folder.startswith("/") or is_shared(folder):
        return None
    while not is_shared(posixpath.dirname(folder)):
        folder = posixpath.dirname(folder)
    return folder
