"""What lies below the dependencies of a Node program, by the lock file of Yarn or pnpm, or by name (S02, S05)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from hardener.fast.patterns import regex
from hardener.fast.records import replace
from hardener.knowledge.splitting import table, words
from hardener.packages.managers import manager_of
from hardener.rules.split_stages.model import Call, Case

#: what a package depends on that compiles C++ or fetches what was compiled: the rest is plain JavaScript
_NATIVE = frozenset(
    """
    node-gyp node-gyp-build node-gyp-build-optional-packages prebuild-install prebuildify node-pre-gyp prebuild
    @mapbox/node-pre-gyp @discordjs/node-pre-gyp bindings nan node-addon-api napi-build-utils cmake-js neon-cli
    node-bindings pkg-prebuilds prebuildify-cross ffi-napi ffi ref-napi koffi
    """.split()  # noqa: SIM905 (a table of words reads better)
)
#: `"@scope/name@^1.0.0", "@scope/name@npm:^2":` and the lines below it
_YARN = regex(r"(?m)^(?![ #\n])\"?((?:@[\w.-]+/)?[\w.-]+)@[^\n]*:\n((?:[ \t][^\n]*\n|\n(?=[ \t]))*)")
_YARN_NEEDS = regex(r"(?m)^  (?:dependencies|optionalDependencies):\n((?:    [^\n]*\n)*)")
_YARN_NEED = regex(r"(?m)^    \"?((?:@[\w.-]+/)?[\w.-]+)\"?:? ()")
#: `  /@scope/name@1.0.0(react@18):`, `  /name/1.0.0:` or `  '@scope/name@1.0.0':` and the lines below it
_PNPM = regex(r"(?m)^  '?/?((?:@[\w.-]+/)?[\w.-]+)[@/][^\n]*:(?: \{\})?\n((?:    [^\n]*\n|\n(?=    ))*)")
_PNPM_NEEDS = regex(r"(?m)^    (?:dependencies|optionalDependencies):\n((?:      [^\n]*\n)*)")
_PNPM_NEED = regex(r"(?m)^      '?((?:@[\w.-]+/)?[\w.-]+)'?: '?(?:((?:@[\w.-]+/)?[A-Za-z][\w.-]*)@)?")
_FOLDERS = {"npm": ("--prefix", "-C"), "yarn": ("--cwd",), "pnpm": ("--dir", "-C")}
LOCKS = {"yarn": "yarn.lock", "pnpm": "pnpm-lock.yaml"}
_FORMS = {"yarn.lock": (_YARN, _YARN_NEEDS, _YARN_NEED), "pnpm-lock.yaml": (_PNPM, _PNPM_NEEDS, _PNPM_NEED)}


def below(case: Case, prefix: str, direct: Iterable[str]) -> dict[str, bool] | None:
    """Return the packages that are installed, each with whether it may hold machine code; None where none tells them.

    Args:
        case: the stage.
        prefix: of the folder of package.json in the build context, with its last "/".
        direct: the dependencies that package.json names.
    """
    managers = managers_of(case)
    name = LOCKS.get(next(iter(managers))) if len(managers) == 1 else None
    text = case.project.text(f"{prefix}{name}") if name is not None else None
    if name is None or text is None:
        return None
    needs, scripts = _read(name, text.replace("\r\n", "\n"))
    queue = sorted(direct)
    if not needs.keys() >= set(queue):
        return None  # of another form than is read here, or out of step
    found: dict[str, bool] = {}
    while queue:
        one = queue.pop()
        if one not in found:
            own = needs.get(one)
            found[one] = own is None or one in scripts or not _NATIVE.isdisjoint(own)
            queue += own or ()
    return found


def managers_of(case: Case) -> set[str]:
    """Return the names of the programs that install the packages of the project."""
    return {call.name for call in case.calls if installs_packages(call) or call.words[:2] == ("workspaces", "focus")}


def installs_packages(call: Call) -> bool:
    """Tell whether a command installs the packages of the project."""
    described, words_ = manager_of(call.name), call.words
    if described is None or described.language != "node" or {"-g", "--global", "global"} & set(words_):
        return False
    return described.verb([word for word in words_ if not word.startswith("-")])[0] in described.fills


def in_folder(call: Call) -> Call:
    """Return a command as it would be in the folder that one of its options names (`--prefix`, `--cwd`, `-C`)."""
    options = _FOLDERS.get(call.name, ())
    for at, word in enumerate(call.argv):
        option, equals, value = (word or "").partition("=")
        if option not in options:
            continue
        size = 1 if equals else 2
        target = value if equals else call.argv[at + 1] if at + 1 < len(call.argv) else None
        path = call.path(target) if target else None
        if path is None:
            return call
        return replace(call, argv=call.argv[:at] + call.argv[at + size :], folder=path)
    return call


def _read(name: str, text: str) -> tuple[dict[str, set[str]], set[str]]:
    """Return what each package needs, all versions of a name together, and which have a script of installation."""
    entry, section, need = _FORMS[name]
    needs: dict[str, set[str]] = {}
    scripts: set[str] = set()
    for found in entry.finditer(text if text.endswith("\n") else f"{text}\n"):
        own = needs.setdefault(found[1], set())
        for part in section.findall(found[2]):
            own.update(alias or plain for plain, alias in need.findall(part))
        if re.search(r"(?m)^    requiresBuild: true", found[2]):
            scripts.add(found[1])
    return needs, scripts


def unproved(names: Mapping[str, bool]) -> list[str]:
    """Return the packages with machine code of which nothing is known."""
    known = words("node", "scripts") | table("node", "libraries").keys()
    return sorted(name for name, native in names.items() if native and name not in known)


def unknown(direct: Iterable[str]) -> list[str]:
    """Return the dependencies of which it is not known what lies below them, whatever their version."""
    known = words("node", "plain") | words("node", "scripts") | table("node", "libraries").keys()
    return sorted(name for name in direct if name not in known and not name.startswith("@types/"))
