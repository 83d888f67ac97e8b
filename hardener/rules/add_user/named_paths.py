"""Absolute paths outside of the program's folder that sources, their defaults, settings and addresses name (U14)."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable, Iterator

from hardener.errors import Refusal
from hardener.fast.patterns import regex
from hardener.image.data_folders import judged
from hardener.image.files import is_within
from hardener.knowledge.writing import is_data_folder

_LITERAL = regex(r"""["'`](/[A-Za-z0-9_.][\w./+@-]*)(?P<end>["'`]|\$\{|\{|%)""")
_ADDRESS = regex(r"(?:sqlite[\w+]{0,40}:///|file:(?://)?|jdbc:(?:sqlite|h2|hsqldb|derby):(?:file:)?)(/(?!/)[\w./+@-]+)")
_PLAIN_VALUE = regex(
    r"""(?m)^[^\S\n]*(?:export\s+|-\s+)?["']?(?P<key>[\w.-]+)["']?\s*[:=]\s*["']?(/[\w./+@-]+)["']?\s*,?\s*(?:[#;].*)?$"""
)
_LISTED = regex(r"""["'](?P<key>[\w.-]+)["']\s*:\s*["'](/[\w./+@-]+)["']""")
#: what stands before a path that is a default, or that a call opens
_OPENS = regex(
    r"(?i)(?:\|\||\?\?|\bgetenv\([^()]*,|\benviron\.get\([^()]*,|\bfetch\([^()]*,|\benv\w*\([^()]*,|\bdefault\w*\s*[=(:,]"
    r"|\bmkdir\w*\(|\bmakedirs\(|\bopen\w*\(|\bPath\(|\bwrite\w*\(|\bappend\w*\(|\bensure\w*\(|\bcreatewritestream\("
    r"|\bPaths\.get\(|\bPath\.(?:of|new|Combine)\(|\bPath(?:Buf)?::(?:from|new)\(|\bnew\s+File\(|\bFile\w*(?:Stream|Writer|Handler)\("
    r"|\b(?:RandomAccessFile|StreamWriter|DirectoryInfo|FileInfo|CreateDirectory)\(|\)\s*\?:|\bunwrap_or\w*\((?:\|\w*\|)?"
    r"|\bGetValue(?:<\w+>)?\([^()]*,|\bgetProperty\([^()]*,"
    r"|\bjoin\(|\bresolve\(|\bsave\w*\(|\bdatabase\(|\bconnect\(|\bcreate\(|\bdump\([^()]*,|\brename\w*\([^()]*)\s*@?\Z"
)
_NAMED = regex(
    r"(?i)(?:[a-z]_?(?:path|(?<!pro)file(?:name)?)|dir|dirs|directory|folder|storage|store|db|database|logs?|uploads?|cache|output"
    r"|dest(?:ination)?|media|data|pid(?:file)?|save\w*|volume|state|socket)[\"']?\s*(?::\s*\w+\s*)?(?:[:=]|=>)\s*\Z"
)
_KEY = regex(
    r"(?i)path|dir|folder|location|_home|file|stor(?:e|age)|\bdb|database|log|data|upload|cache|output|pid|media|save|dest|volume|state|sock|root"
)
#: keys of settings that name a part of an address
_ADDRESS_KEY = regex(
    r"(?i)(?:\A|[._-])(?:path|(?:metrics|root|base|context|health\w*|live\w*|ready|readiness|url|uri|api|route|public|probe"
    r"|redirect|callback|login|logout|mount|endpoint)[._-]?path)\Z"
)
_ROUTE = regex(
    r"(?i)(?:\.(?:get|post|put|patch|delete|all|use|route|options|head|any|group|handle\w*|mount|redirect|static|websocket"
    r"|navigate|push|request|startswith|endswith|match|include)\w*\(|(?:\b|_)url\w*[\"']?\s*[=:(]|\bhref[\"']?\s*[=:]|\broute\w*\s*[=:(]"
    r"|(?:\b|(?:root|base|context|public|url|api|route|metrics)_?)path[\"']?\s*(?:[=:(]|\|\||\?\?)|\bendpoint\w*\s*[=:(]|\bprefix[\"']?\s*[=:]|\bbase(?:_?path)?[\"']?\s*[=:]|pathname\s*[!=]=+"
    r"|\bfetch\(|\baxios[.\w]*\(|\bhandle\w*\(|\w*[lL]ocation\s*=|\bredirect\w*\(|\bto=|\bsrc=|[!=]==?)\s*\Z"
)
#: a name that gets the path which stands behind it, in an assignment, a default or a pattern
_GIVEN = regex(r"(?:\A|[\s,{(;])(\w+)\s*(?::\s*[\w.\[\]<>| ]+)?(?<![=!<>]):?=\s*\Z")
#: what is handed to a call that opens or makes a file or folder: `open(BASE + "/x")`, "mkdir(`${cfg.base}/x`)"
_OPENED = regex(
    r"(?i:\b(?:mkdir\w*|makedirs|open\w*|Path|write(?:file|text)\w*|appendfile\w*|ensure(?:dir|file)\w*|createwritestream"
    r"|os\.path\.join|filepath\.join|new\s+File|Paths\.get|Path(?:Buf)?(?:::|\.)(?:of|from|new|Combine)|File\w*(?:Stream|Writer)"
    r"|\w*createdirector\w*|shelve\.open|sqlite3\.connect))\(\s*[fF]?[`\"'${]*(?:\w+\.)*(\w+)\b"
)
_RELATIVE = regex(r"""["'`]((?:\.\./)+[\w-][\w./-]*)["'`]""")
#: what makes the file or the folder that its first argument names
_WRITES = regex(
    r"(?i)(?:\bmkdir\w*|\bmakedirs|\bwrite\w*|\bappendfile\w*|\bensure\w*|\bcreatewritestream|\boutput\w*|\bto_\w+|\bdatabase"
    r"|\bdump\([^()]*,|\bsave\w*)\(\s*\Z"
)
_DESTINATION = regex(
    r"(?i)(?<![a-z])(?:dest(?:ination)?|upload\w*|storage|logs?|data|output|cache|database|db)_?(?:dir\w*|folder|path|file\w*)?[\"']?\s*[:=]\s*\Z"
)
_ROOTS = frozenset(
    ("srv", "mnt", "opt", "var", "home", "root", "run", "etc", "volume", "volumes", "workspace", "config")
)
#: of other programs, or of the system, and read
_READ = regex(
    r"/etc/(?:ssl|pki|hosts?|hostname|passwd|group|resolv|os-release|localtime|timezone|mime|ca-certificates|alternatives|default"
    r"|nginx|apache2|letsencrypt|services|protocols|nsswitch|machine-id|fonts|ld\.|profile|shadow|lsb-release|secrets"
    r"|kubernetes|environment|krb5|ImageMagick)\b|(?:/var)?/run/(?:secrets|docker|mysqld|postgresql|redis|containerd|dbus)\b"
    r"|/var/lib/(?:mysql|postgresql|docker|dpkg|apt)\b|/opt/(?:venv|\w*conda\w*|java|jdk)\b"
)
_SETTING_NAME = regex(r"(?i)\.(?:conf|cfg|cnf|ini|ya?ml|json|toml|xml|properties|pem|crt|cert|key|rules|list)\Z")
#: files that programs write
_DATA_FILE = regex(r"(?i)\.(?:db3?|sqlite3?|log|pid|dat|mdb|ldb|rdb)\Z")
_FROM_THE_ROOT = regex(
    r"""(?:\bPath\(\s*["']/["']\s*\)\s*/|\b(?:join|resolve)\(\s*(?:["']/["']|(?:os|path)\.sep)\s*,)\s*["']([\w.-]+)["']"""
)
#: the value of a setting where nobody gives another one, as in `${upload.dir:/data}` of Spring
_PLACEHOLDER = regex(r"\$\{(?P<key>[\w.-]+):(?:file:)?(/[\w./+@-]+)\}")
#: files of logs in the settings of Logback and Log4j
_APPENDER = regex(
    r"""<file>\s*(/[\w./+@-]+)|<\w+\b[^<>]*\s(?:fileName|filePattern|value|defaultValue)\s*=\s*"(/[\w./+@-]+)"""
)
#: files that a web page shows, and what stands before one that it shows in place of another
_SHOWN = regex(r"(?i)\.(?:png|jpe?g|gif|svg|webp|avif|ico|css|html?|woff2?|mp3|mp4)\Z")
_INSTEAD = regex(r"(?:\|\||\?\?|\?[^?:]{1,80}:)\s*\Z")
#: letters before the quotes of a literal in Python
_PREFIX = regex(r"(?<!\w)[fFrRbBuU]{1,2}\Z")
#: in JavaScript `#name` is a field, and `#define` gives a value
_COMMENT = regex(r"[ \t]*(?:#[ \t]|//)")
_HAS_ENDING = regex(r"[^/]\.\w{1,10}\Z")


def opened_names(texts: Iterable[str]) -> frozenset[str]:
    """Return the names of variables and fields whose values calls in the sources open, write or make as folders."""
    return frozenset(name for text in texts for name in _OPENED.findall(text))


def paths_in_source(text: str, opened: frozenset[str] | None = None) -> Iterator[str]:
    """Yield the absolute paths that stand in a source as places of files; a route of a web server is none.

    Args:
        text: of the source.
        opened: names whose values are opened, by all sources; None for those that this one opens.
    """
    opened = opened_names((text,)) if opened is None else opened
    for match in _ADDRESS.finditer(text):
        yield _parent_of_part(match[1], whole=True)
    yield from _of_placeholders(text)
    yield from ("/" + m[1] for m in _FROM_THE_ROOT.finditer(text) if not _is_comment(text, m.start()))
    for match in _LITERAL.finditer(text):
        before = _before(text, match.start())
        if _is_comment(text, match.start()):
            continue
        if before.rstrip().endswith("+"):
            continue  # the end of a path: `folder + "/a.log"`
        path = match[1]
        first = path.split("/")[1]
        known = first in _ROOTS or is_data_folder(first) or _DATA_FILE.search(path) is not None
        if _SHOWN.search(path) and _INSTEAD.search(before) and "env" not in before:
            continue  # `photo || "/placeholder.png"` is an address too
        is_route = _ROUTE.search(before) is not None  # `path: "/socket.io"` is an address
        is_place = (
            _OPENS.search(before) or _NAMED.search(before) if known or path.count("/") > 1 or not is_route else None
        )
        name = _GIVEN.search(before)
        is_opened = name is not None and name[1] in opened and (not is_route or name[1].lower() == "base")
        if is_opened and _SETTING_NAME.search(path) and _is_written(text, name[1] if name is not None else ""):
            path = posixpath.dirname(path) + "/"  # settings that the program changes itself
        if is_place or (known and not is_route) or is_opened:
            yield _parent_of_part(path, whole=match["end"] in "\"'`")


def _is_comment(text: str, at: int) -> bool:
    """Tell whether a line of a source is a comment before a place: it says what code does, or an example of it."""
    return _COMMENT.match(text, text.rfind("\n", 0, at) + 1, at) is not None


def _is_written(text: str, name: str) -> bool:
    """Tell whether a source writes to the file whose path has a name."""
    modes = rf"""\bopen\(\s*(?:\w+\.)*{name}\s*,\s*(?:mode\s*=\s*)?["'](?:[wax]|r\+)"""
    return re.search(rf"{modes}|(?i:\b(?:write|append)file\w*)\(\s*(?:\w+\.)*{name}\b", text) is not None


def paths_above_current(text: str) -> Iterator[str]:
    """Yield the paths that a source writes to and that lead out of the current folder, such as `../uploads`."""
    for match in _RELATIVE.finditer(text):
        before = _before(text, match.start())
        if _WRITES.search(before) or _DESTINATION.search(before):
            yield match[1]


def _before(text: str, at: int) -> str:
    """Return what stands before a place: in its line, or in the one above that opens the call of its line."""
    start = text.rfind("\n", 0, at) + 1
    if not text[start:at].strip(" \tfFrRbBuU"):
        above = text[max(0, at - 160) : start].rstrip()
        if above.endswith(("(", "=", "||", "??")):
            start = above.rfind("\n") + 1 + max(0, at - 160)
    return _PREFIX.sub("", text[max(start, at - 160) : at])


def _parent_of_part(path: str, *, whole: bool) -> str:
    """Return a path, or the folder of one whose end is put together when the program runs."""
    return path if whole else path.rpartition("/")[0] + "/"


def paths_in_settings(text: str) -> Iterator[str]:
    """Yield the absolute paths that are values of settings."""
    yield from _ADDRESS.findall(text)
    yield from _of_placeholders(text)
    yield from (first or second for first, second in _APPENDER.findall(text))
    for match in (*_PLAIN_VALUE.finditer(text), *_LISTED.finditer(text)):
        if _is_place(match["key"], match[2]) or (
            _KEY.search(match["key"]) and not _ADDRESS_KEY.fullmatch(match["key"])
        ):
            yield match[2]


def _of_placeholders(text: str) -> Iterator[str]:
    for match in _PLACEHOLDER.finditer(text):
        if _is_place(match["key"], match[2]):
            yield match[2]


def _is_place(key: str, path: str) -> bool:
    """Tell whether the value of a setting is the path of a file, and not an address."""
    first = path.split("/")[1]
    known = first in _ROOTS or is_data_folder(first) or _DATA_FILE.search(path) is not None
    return known or (_KEY.search(key) is not None and _ADDRESS_KEY.search(key) is None)


def folder_of(path: str, cwd: str | None) -> str | Refusal | None:
    """Return the folder to make and give away so that a program can write to `path`.

    None for what lies in the program's own folder, in one where everybody may write, or is only read; a refusal for
    a path where nothing can be given away.
    """
    is_folder = path.endswith("/")
    path = posixpath.normpath("/" + path.lstrip("/"))
    if path == "/" or (cwd not in (None, "/") and (is_within(path, cwd or "/") or is_within(cwd or "/", path))):
        return None
    if re.match(r"/(?:usr(?!/src/|/app)|s?bin|lib\w*|boot|proc|sys|dev)(?:/|\Z)", path) or _READ.match(path):
        return None
    if is_within(path, "/etc") and _SETTING_NAME.search(path):
        return None
    parent = posixpath.dirname(path)
    if parent == "/" and isinstance(judged(path), Refusal):
        return None  # a name such as /home or /media by itself is an address more often than a folder
    if _HAS_ENDING.search(path) and not is_folder:
        return judged(parent)
    found = judged(path)
    if isinstance(found, Refusal) or is_folder:
        return found
    above = judged(parent)
    return found if isinstance(above, Refusal) or above is None else above


__all__ = ["folder_of", "opened_names", "paths_above_current", "paths_in_settings", "paths_in_source"]
