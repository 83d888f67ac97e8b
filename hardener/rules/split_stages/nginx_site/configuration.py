"""The configuration of nginx that answers as a server of files did: port, fallback, clean addresses, caching."""

from __future__ import annotations

from hardener.rules.split_stages.nginx_site.servers import Served

#: a page by its address with or without / at its end; the folder's own page
_PAGE = "location ~ ^/(?<page>.*?)/*$ {"
_NOT_FOUND = "error_page 404 /404.html;"
_HIDDEN = r"location ~ /\.(?!well-known/) { return 404; }"
#: what nginx's own list of types lacks
_TYPES = ("include /etc/nginx/mime.types;", "types { text/javascript mjs; application/manifest+json webmanifest; }")
_GZIP = (
    "gzip on;",
    "gzip_vary on;",
    "gzip_types text/css text/plain text/javascript application/javascript application/json image/svg+xml;",
)
#: serve sends pages to their address without .html
_CLEAN = (
    r'if ($request_uri ~ "^(/(?:[^/?][^?]*/)?)index(?:\.html)?(?:\?|$)") { return 301 $1; }',
    r'if ($request_uri ~ "^(/[^/?][^?]*)\.html(?:\?|$)") { return 301 $1; }',
)
#: without Last-Modified a browser asks again each time
_ASKED_AGAIN = 'add_header Last-Modified "";'


def configuration(served: Served, folder: str) -> tuple[str, ...]:
    """Return the lines of a `server` of nginx.

    Args:
        served: what the server of files was told.
        folder: the absolute path of what is served.
    """
    lines = [f"listen {served.port};", f"root {folder};", "charset utf-8;", "absolute_redirect off;", *_TYPES]
    lines += _GZIP if served.compresses else ()
    lines += {"serve": _serve, "http-server": _http_server, "sirv": _sirv, "vite": _vite}[served.server](served)
    return ("server {", *(f"    {line}" for line in lines), "}")


def _serve(served: Served) -> list[str]:
    pages = _location("location / {", "$uri /index.html")
    if not served.is_single:
        pages = [*_location(_PAGE, "$uri /$page.html /$page/index.html =404"), _NOT_FOUND]
    return [_ASKED_AGAIN, *_CLEAN, *pages]


def _http_server(served: Served) -> list[str]:
    kept = f"max-age={served.cache}" if served.cache >= 0 else "no-cache, no-store, must-revalidate"
    pages = _location("location / {", "$uri $uri.html $uri/ =404")
    return [f'add_header Cache-Control "{kept}";', *pages, _NOT_FOUND]


def _sirv(served: Served) -> list[str]:
    pages = _location(_PAGE, "$uri /$page.html /$page/index.html " + ("/index.html" if served.is_single else "=404"))
    # what looks like a file is not answered with the page
    files = _location(r'location ~ "^/\.well-known/|/[\w~.-]+\.\w+$" {', "$uri =404") if served.is_single else []
    return [_HIDDEN, *files, *pages]


def _vite(served: Served) -> list[str]:
    pages = _location("location / {", "$uri $uri.html ${uri}index.html /index.html")
    return ['add_header Cache-Control "no-cache";', *pages]


def _location(head: str, tried: str) -> list[str]:
    return [head, f"    try_files {tried};", "}"]
