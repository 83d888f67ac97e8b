"""The paths that a configuration of nginx writes to (K01)."""

from __future__ import annotations

from hardener.fast.patterns import regex

_WRITES = regex(
    r"(?m)^[^#\n]*?\b(access_log|error_log|pid|lock_file|proxy_cache_path|fastcgi_cache_path|uwsgi_cache_path|"
    r"scgi_cache_path|client_body_temp_path|proxy_temp_path|fastcgi_temp_path|uwsgi_temp_path|scgi_temp_path|"
    r"proxy_store|dav_methods|client_body_in_file_only)\s+([^;\s]+)"
)
_NONE = ("off", "stderr", "on", "none")
#: links to the standard output and error in the image
_LOGS = ("/var/log/nginx/access.log", "/var/log/nginx/error.log")


def writes_outside(text: str, folders: tuple[str, ...]) -> str:
    """Return the first path that a configuration writes to outside of some folders, "" where there is none.

    Args:
        text: of the file.
        folders: where it may write.
    """
    for directive, path in _WRITES.findall(text):
        if directive in ("proxy_store", "dav_methods", "client_body_in_file_only"):
            if path not in ("off", "none"):
                return f"{directive} {path}"
        elif not _is_allowed(path, folders):
            return str(path)
    return ""


def _is_allowed(path: str, folders: tuple[str, ...]) -> bool:
    place = path.replace("/var/run/", "/run/", 1)
    known = path in _NONE or path in _LOGS or path.startswith(("syslog:", "/dev/"))
    return known or any(place.startswith(f"{folder}/") for folder in folders)
