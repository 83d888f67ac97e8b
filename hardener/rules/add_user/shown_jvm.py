"""Whether sources in Java, Kotlin, Scala and Groovy are shown not to write, with their manifests and settings (U15)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from hardener.fast.patterns import regex
from hardener.knowledge.reading import Harmless

_IMPORT = regex(r"(?m)^[ \t]*import[ \t]+(?:static[ \t]+)?([\w.]+(?:\*|\{[^}\n]*\})?)")
_PACKAGE = regex(r"(?m)^[ \t]*package[ \t]+([\w.]+)")
#: what writes beside the calls that are known to: full names of classes, streams of resources, code made at run time
DOUBTS = regex(
    r"\bFiles::|\bFiles\.(?!read|exists|notExists|lines|list|walk|find|is|size|get|probe|createTemp"
    r"|new(?:BufferedReader|InputStream|DirectoryStream))|\.toFile\("
    r"|(?<!import )\bjava\.(?:io\.(?:File\b|FileOutput|FileWriter"
    r"|RandomAccess|Print)|nio\.(?:file|channels))|\bnew\s+(?:PrintWriter|PrintStream|Formatter)\s*\(|\b(?:Writable|FileSystem|Path|FileUrl)Resource\b(?=[\s\S]*\.(?:getOutputStream|getFile|createRelative"
    r"|writableChannel)\b)|\bScriptEngine\b|\bGroovyShell\b|\bFileOutputStream\b|\bjava\.lang\.Process\b|\bsys\.process\b"
)
_DEPENDENCY = regex(r"<(dependency|parent)>(.*?)</\1>", re.DOTALL)
_COMMENT = regex(r"<!--.*?-->", re.DOTALL)
_FIELD = regex(r"<(groupId|artifactId|scope)>\s*([^<\s]+)\s*</")
#: dependencies of a Gradle build that are no part of the program
_BUILD_ONLY = regex(
    r"(?m)^.*\b(?:test\w*|androidTest\w*|classpath|annotationProcessor|kapt|ksp|artifact|checkstyle|jacoco)\b.*$|//.*$"
)
_COORDINATES = regex(r"""["']([\w.-]+):([\w.-]+)(?::[^"'\n]*)?["']""")
_NOT_READ = regex(
    r"\bfileTree\b|\bfiles\s*\(|\blibs\.\w+|\bgroup\s*[:=]\s*[\"'][^\"']+[\"']\s*,\s*name\b|\bapply\s+from\b"
)
_KEEPS = regex(
    r"(?im)^\s*(?:logging\.(?:file|path)|server\.(?:tomcat|undertow|jetty)\.(?:basedir|accesslog)|quarkus\.log\.file"
    r"|spring\.(?:servlet\.multipart|http\.multipart)\.location)|^\s*(?:accesslog|basedir|multipart|file(?!-|s))\s*:"
    r"|\bjdbc:(?:sqlite|derby|(?:h2|hsqldb):(?!mem))"
)
_APPENDER = regex(r"File")


def unproved_jvm(text: str, packages: frozenset[str], known: Harmless) -> str | None:
    """Return what a source imports that is not known to keep from writing.

    Args:
        text: of the source.
        packages: the packages of all sources that are read.
        known: what is known about the libraries.
    """
    for name in _IMPORT.findall(text):
        owner, _, last = name.rpartition(".")
        if owner in known.partial:
            if last not in known.partial[owner]:
                return str(name)
        elif not (_is_below(name, known.modules) or _is_below(name, packages)):
            return str(name)  # below a package lies too what the build makes, such as classes of protobuf
    return None


def packages_of(texts: Iterator[str]) -> frozenset[str]:
    """Return the packages that sources declare."""
    return frozenset(name for text in texts for name in _PACKAGE.findall(text))


def unproved_jvm_manifest(name: str, text: str, known: Harmless) -> str | None:
    """Return what a build file or a settings file names that may write."""
    if name == "pom.xml":
        return next((key for key in _pom(_COMMENT.sub("", text)) if not _is_known(key, known)), None)
    if "gradle" in name or name.endswith(".toml"):
        found = _NOT_READ.search(text)
        own = _BUILD_ONLY.sub("", text)
        keys = (f"{group}:{artifact}" for group, artifact in _COORDINATES.findall(own))
        return found[0] if found else next((key for key in keys if not _is_known(key, known)), None)
    pattern = _APPENDER if name.startswith(("log",)) else _KEEPS
    match = pattern.search(text)
    return match[0].strip() if match else None


def _pom(text: str) -> Iterator[str]:
    """Yield "group:artifact" of the dependencies of a pom.xml, and of a parent, which may bring more."""
    for _, block in _DEPENDENCY.findall(text):
        fields = dict(_FIELD.findall(block))
        if fields.get("scope") not in ("test", "provided"):
            yield f"{fields.get('groupId', '')}:{fields.get('artifactId', '')}"


def _is_known(key: str, known: Harmless) -> bool:
    return key in known.packages or key.partition(":")[0] in known.packages


def _is_below(name: str, prefixes: frozenset[str]) -> bool:
    parts = name.split(".")
    return any(".".join(parts[:end]) in prefixes for end in range(1, len(parts) + 1))


__all__ = ["DOUBTS", "packages_of", "unproved_jvm", "unproved_jvm_manifest"]
