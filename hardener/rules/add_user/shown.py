"""Whether sources are shown not to write: all that they use is known, and none of it makes files (U15).

A list of calls that write is never complete, so what is not known counts as writing.
"""

from __future__ import annotations

import json
import posixpath
import re
from collections.abc import Iterable, Iterator

from hardener.fast.patterns import regex
from hardener.knowledge.reading import Harmless, harmless
from hardener.rules.add_user.shown_jvm import DOUBTS, unproved_jvm, unproved_jvm_manifest

_NODE = regex(
    r"""(?:\brequire\s*\(|\bimport\s*\(|\bfrom|\bimport)\s*(?:"([^"\n]+)"|'([^'\n]+)')"""
    r"""|\b(?:require|import)\s*\((?P<any>\s*[^\s"')][^)]*)\)"""
)
_PYTHON = regex(r"(?m)^[ \t]*(?:import[ \t]+(?P<names>[^\n#;]+)|from[ \t]+(?P<module>[.\w]+)[ \t]+import\b)")
_GO = regex(
    r"""(?m)^[ \t]*import\s+(?:(?P<alias>[\w.]+)\s+)?"(?P<one>[^"]+)"|^[ \t]*import\s*\((?P<block>[^)]{0,8000})\)"""
)
_GO_LINE = regex(r'(?:([\w.]+)[ \t]+)?"([^"]+)"')
_RUBY = regex(r"""\brequire\s*\(?\s*['"]([^'"]+)['"]""")
_C = regex(r"(?m)^[ \t]*#\s*include\s*<([^>]+)>")
#: what makes files, or may make any, beside the calls that are known to write
_DOUBTS = {
    "node": regex(
        r"\beval\s*\(|\bnew Function\b|\.(?:save\w+|toFile|mv|download\w*|writeFile\w*)\s*\("
        r"|\.save\s*\((?!\s*(?:[){(]|async\b|function\b))"  # a document of a database is saved without a path
        r"""|process\.(?:binding|dlopen)|\bBun\.|\bDeno\.(?!serve|env)"""
        r"""|\.listen\(\s*(?:["'`](?!\d)|[\w.]*(?i:sock|path|pipe|file)|\{[^{}]*\bpath\b)"""  # a socket in a folder
    ),
    "python": regex(
        r"\b(?:eval|exec|compile|__import__|execfile)\s*\(|\bimportlib\b|\bcreate_subprocess|\bAF_UNIX\b|\bfilename\s*="
        r"|\.(?:open|touch|rename|unlink|rmdir|symlink_to|hardlink_to|save|savefig|to_\w+|download\w*|extract\w*)\s*\("
        r"""|\bopen\((?![^,()\n]*\))(?![^,()\n]*,\s*(?:mode\s*=\s*)?["'](?:r|rb|br|rt)["'])(?![^,()\n]*,\s*encoding)"""
        r"|\blogging\.(?:config|handlers)\b|\bdictConfig\b|\bfileConfig\b|\burlretrieve\b|\bFileIO\b|\bopen_file\b"
        r"""|\bFile(?:Type)?\(\s*(?:mode\s*=\s*)?["'][rbt]*[wax+]|\.dump\(\s*f?["']|\bprofile_dir\b"""
        r"|\bFileSystemBytecodeCache\b|\bcompile_templates\b|\brun_app\([^)]*\bpath\s*="
        r"""|_unix_(?:server|socket)\b|\bUnix\w*Server\b|\b(?:uds|unix|unix_socket)\s*=|["']unix:|\.bind\(\s*f?["']"""
        # a path is moved by one argument, a text is changed by two
        r"""|\.replace\(\s*(?!\w+\s*=)(?:[^,()\n"']|\([^()\n]*\)|"[^"\n]*"|'[^'\n]*')+\)"""
        r"""|^[ \t]*(?:pidfile|accesslog|errorlog|logfile|worker_tmp_dir|tmp_upload_dir)\s*=\s*["'](?!-)""",
        re.MULTILINE,
    ),
    "go": regex(
        r"""\bSaveUploadedFile\b|\bSaveFile\b|\bOutputPaths\b|"unix(?:gram|packet)?"|\bListenUnix|\bOpenRoot\b|\bplugin\."""
        r"|\bsyscall\.(?!SIG|Signal|Getpid|E[A-Z])"
    ),
    "ruby": regex(
        r"\b(?:eval|instance_eval|class_eval|load|open|UNIXServer|UNIXSocket|unix_server\w*)\b|\b(?:File|IO|Dir|Pathname)\.(?!read|exist|join|expand_path"
        r"|dirname|basename|file\?|directory|extname|foreach|glob|stat|size|each|entries|children|pwd|binread)"
    ),
    "php": regex(r"\beval\s*\(|->(?:put|write|append|move\w*|saveAs|output|dump)\s*\(|\b(?:set_)?include_path\b"),
    "c": regex(r"\bopen\s*\([^)]*,\s*\w*[Ff]lags|\bAF_UNIX\b|\bsyscall\s*\("),
    "jvm": DOUBTS,
    "rust": regex(r"\bunsafe\b|\binclude!|\bUnixListener\b|\.write\(true\)|\bstd::os::"),
}
_GEM = regex(r"""(?m)^[ \t]*gem\s+['"]([^'"]+)['"]""")
_CRATES = regex(r"(?ms)^\[(?:[\w.'\"()=, ]+\.)?dependencies\]\s*$(.*?)(?=^\[|\Z)")


def unproved(language: str, path: str, text: str, names: frozenset[str], module: str | frozenset[str]) -> str | None:
    """Return what in a source is not known to keep from writing, None where all of it is known to.

    Args:
        language: its name.
        path: of the file in the context.
        text: of the file.
        names: of all sources that are read.
        module: what imports of the project's own packages begin with, "" where there is none.
    """
    known = harmless(language)
    doubt = _DOUBTS[language].search(text) if language in _DOUBTS else None
    if doubt is not None:
        return doubt[0].strip()
    if language == "node":
        return _node(path, text, names, known)
    if language == "python":
        return _python(text, names, known)
    if language == "go":
        return _go(text, str(module), known)
    if language == "jvm":
        return unproved_jvm(text, module if isinstance(module, frozenset) else frozenset(), known)
    if language == "ruby":
        return next((name for name in _RUBY.findall(text) if name not in known.modules | known.packages), None)
    if language == "c":
        return next((f"<{name}>" for name in _C.findall(text) if name not in known.modules), None)
    return None if language in ("php", "rust") else language


def unproved_manifest(language: str, name: str, text: str) -> str | None:
    """Return a library that may write, from a manifest of a language whose sources do not name all libraries."""
    if language == "jvm":
        return unproved_jvm_manifest(name, text, harmless(language))
    known = harmless(language).packages
    if language == "php":
        return next((key for key in _composer(text) if key not in known and not key.startswith("ext-")), None)
    if language == "ruby":
        return next((gem for gem in _GEM.findall(text) if gem not in known), None)
    if language == "rust":
        crates = (key for block in _CRATES.findall(text) for key in re.findall(r"(?m)^[ \t]*([\w-]+)\s*=", block))
        return next((crate for crate in crates if crate not in known), None)
    return None


def _composer(text: str) -> Iterable[str]:
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return ("composer.json cannot be read",)
    needed = found.get("require") if isinstance(found, dict) else None
    return needed if isinstance(needed, dict) else ()


def _node(path: str, text: str, names: frozenset[str], known: Harmless) -> str | None:
    for match in _NODE.finditer(text):
        name = match[1] or match[2]
        if name is None:
            return f"{match[0][:40]}"
        if name.startswith("."):
            if not _is_beside(path, name, names):
                return name
            continue
        bare = name.removeprefix("node:")
        base = bare.partition("/")[0]
        if base in known.partial:
            refused = _partly(text, known.partial[base])
            if refused is not None:
                return refused
        elif bare not in known.modules | known.packages:
            return name
    return None


def _is_beside(path: str, name: str, names: frozenset[str]) -> bool:
    """Tell whether a relative import means a source that is read, or data."""
    base = posixpath.normpath(posixpath.join(posixpath.dirname(path), name))
    bare = re.sub(r"\.[cm]?js\Z", "", base)
    ends = ("", ".js", ".mjs", ".cjs", ".ts", "/index.js", "/index.ts", "/index.mjs", "/index.cjs")
    return base.endswith(".json") or any(stem + end in names for stem in (base, bare) for end in ends)


_FS = r"""["'](?:node:)?fs(?:/promises)?["']"""
_FS_NAME = regex(
    rf"\b(\w+)\s*=\s*require\(\s*{_FS}\s*\)(?:\.promises)?(?![.\w])"
    rf"|\bimport\s+(?:\*\s*as\s+)?(\w+)\s+from\s*{_FS}"
)
_FS_PARTS = regex(
    rf"\{{([^{{}}]*)\}}\s*=\s*require\(\s*{_FS}\s*\)(?:\.promises)?|\bimport\s*\{{([^{{}}]*)\}}\s*from\s*{_FS}"
)
_FS_PART = regex(r"(\w+)(?:(?:\s*:|\s+as)\s+(\w+))?")
_FS_USE = regex(rf"require\(\s*{_FS}\s*\)(?:\.promises)?\.(?!promises\b)(\w+)")
_FS_ALL = regex(rf"require\(\s*{_FS}\s*\)|\bfrom\s*{_FS}|\bimport\(\s*{_FS}")


def _partly(text: str, allowed: frozenset[str]) -> str | None:
    """Return what a source of Node uses of `fs` and is not known to only read."""
    count = len(_FS_NAME.findall(text)) + len(_FS_PARTS.findall(text)) + len(_FS_USE.findall(text))
    if count != len(_FS_ALL.findall(text)):
        return "fs"
    parts = [pair for both in _FS_PARTS.findall(text) for pair in _FS_PART.findall("".join(both))]
    used = [name for name, _ in parts if name != "promises"] + _FS_USE.findall(text)
    names = ["".join(pair) for pair in _FS_NAME.findall(text)]
    for alias in [*map(re.escape, names), *(other or name for name, other in parts if name == "promises")]:
        dotted = re.findall(rf"\b{alias}(?:\.promises)?\.(\w+)", text)
        if len(re.findall(rf"(?<![\w.\"':]){alias}\b(?!['\"])", text)) > len(dotted) + 1:
            return "fs"  # handed on
        used += dotted
    return next((f"fs.{name}" for name in used if name not in allowed or name == "promises"), None)


def _python(text: str, names: frozenset[str], known: Harmless) -> str | None:
    for name in dict.fromkeys(imported(text)):
        top = name.partition(".")[0]
        if not top or _is_own(top, names):
            continue
        if top in known.partial:
            if re.search(rf"(?m)^[ \t]*import[^\n]*\b{top}\s+as\b", text):
                return f"{top} under another name"
            used = re.findall(rf"(?<![\w.]){top}\.(\w+)", text)
            for parts in re.findall(rf"(?m)^[ \t]*from[ \t]+{top}[ \t]+import[ \t]+\(?([^\n)]+)", text):
                used += [part.split()[0] for part in parts.split(",") if part.split()]
            refused = next((use for use in used if use not in known.partial[top]), None)
            if refused is not None:
                return f"{top}.{refused}"
        elif top not in known.modules | known.packages:
            return top
    return None


def imported(text: str) -> Iterator[str]:
    """Yield the modules that a source of Python imports; "" for one of its own package."""
    for match in _PYTHON.finditer(text):
        if match["module"]:
            yield "" if match["module"].startswith(".") else match["module"]
        else:
            yield from (part.split()[0] for part in match["names"].split(",") if part.split())


def _is_own(top: str, names: frozenset[str]) -> bool:
    return any(name.endswith(f"{top}.py") or f"{top}/" in name for name in names if _has_part(name, top))


def _has_part(name: str, top: str) -> bool:
    return top in re.split(r"[/.]", name)


def _go(text: str, module: str, known: Harmless) -> str | None:
    found: list[tuple[str, str]] = []
    for match in _GO.finditer(text):
        found += (
            _GO_LINE.findall(match["block"]) if match["block"] is not None else [(match["alias"] or "", match["one"])]
        )
    for alias, name in found:
        if module and (name == module or name.startswith(module + "/")):
            continue
        if alias not in ("", "_", name) and name in ("os", "io/ioutil", "net", "syscall"):
            return f"{name} under another name"
        if name in known.partial:
            used = re.findall(rf"(?<![\w.]){name}\.(\w+)", text)
            refused = (
                alias if alias not in ("", name) else next((u for u in used if u not in known.partial[name]), None)
            )
            if refused:
                return f"{name}.{refused}"
        elif name not in known.modules and not any(name == p or name.startswith(p + "/") for p in known.packages):
            return name
    return None
