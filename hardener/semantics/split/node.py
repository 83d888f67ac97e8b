"""Node: servers and TypeScript builds. A static site is only proposed (S01 to S05, S19, S20)."""

from __future__ import annotations

import posixpath
import re

from hardener.errors import Refusal
from hardener.knowledge.tags import read_tag
from hardener.patterns import regex
from hardener.semantics.split.bases import interpreter_base
from hardener.semantics.split.node_project import Manifest, manifest, needs_of, refusal_of
from hardener.semantics.split.plan import Call, Case, Ecosystem, Target, Verdict

_FAMILIES = frozenset(("node", "node-slim", "node-alpine"))
_INSTALLS = frozenset(("install", "i", "ci", "clean-install", "add", "install-clean"))
#: scripts that check and leave nothing that the program reads
_CHECKS = regex(r"(test|lint|typecheck|type-check|check|format|audit|coverage|prettier|eslint)(:|\Z)")
_MANAGERS = frozenset(("npm", "npx", "yarn", "pnpm", "corepack", "bun"))
_PRODUCTION = ("--omit=dev", "--production", "--only=production", "--only=prod", "--prod", "-P")


def claims(case: Case) -> bool:
    """Tell whether the image is one of Node's and the stage installs packages."""
    manages = any(call.name in _MANAGERS for call in case.calls)
    if not manages:
        return False
    return case.image.family in _FAMILIES or any(
        p[0].rpartition("/")[2] in ("node", "nodejs", *_MANAGERS) for p in case.programs
    )


def read(case: Case, call: Call) -> Verdict | Refusal | None:
    """Return what becomes of a command of npm, yarn, pnpm or node."""
    if call.name == "mv" and any(word.rstrip("/").endswith("node_modules") for word in call.words):
        return Refusal("S22", "node_modules is moved away from its package.json", "leave it where it is installed")
    if call.name not in _MANAGERS | {"node", "tsc", "prisma", "nest", "next", "vite", "webpack"}:
        return None
    if call.folder is None:
        return Refusal("S22", f"where `{call.name}` runs is not known", "use WORKDIR without variables")
    words_, modules = call.words, f"{call.folder.rstrip('/')}/node_modules"
    if call.name == "corepack" or words_[:1] == ("config",) or words_[:2] == ("cache", "clean"):
        return Verdict(build=True)
    plain = [word for word in words_ if not word.startswith("-")]
    verb = plain[0] if plain else ""
    if any(w in ("-g", "--global", "global") for w in words_):
        return _globally(case, call, plain)
    if any(
        w
        in (
            "--prefix",
            "-C",
            "--cwd",
            "--dir",
            "-w",
            "--workspace",
            "-F",
            "--filter",
            "-r",
            "--recursive",
            "workspaces",
        )
        for w in words_
    ):
        return Refusal("S19", f"`{call.name} {' '.join(words_)[:40]}` works in another folder", "use WORKDIR")
    if call.name in ("npm", "yarn", "pnpm") and (verb in _INSTALLS or (call.name == "yarn" and not verb)):
        return _install(case, call, modules)
    if verb in ("prune", "cache", "rebuild", "dedupe"):
        return Verdict(build=True, makes=(modules,)) if verb == "rebuild" else Verdict(build=True)
    script = _script(call, plain)
    if script and _CHECKS.match(script):
        return Verdict(build=True)
    outputs = _outputs(case, call, script) if script else None
    return Verdict(build=True, makes=outputs or (call.folder,), whole=outputs is None)


def _install(case: Case, call: Call, modules: str) -> Verdict | Refusal:
    found = manifest(case)
    lock = case.project.text("yarn.lock") or ""
    if (
        call.name == "yarn"
        and "__metadata:" in lock
        and "nodeLinker: node-modules" not in (case.project.text(".yarnrc.yml") or "")
    ):
        return Verdict(build=True, makes=(call.folder or "/",), whole=True)
    if found is not None and not found.section("dependencies") and len(call.words) < 2:
        return Verdict(build=True)
    scripts = found.section("scripts") if found else {}
    if {"preinstall", "install", "postinstall", "prepare"} & scripts.keys() - {"prepare"}:
        if call.folder in (None, "/"):
            return Refusal("S22", "the install scripts of package.json write what is not known")
        return Verdict(build=True, makes=(call.folder or "/",), whole=True)
    return Verdict(build=True, makes=(modules,))


def _globally(case: Case, call: Call, plain: list[str]) -> Verdict | Refusal:
    """A tool that the image starts is installed in the runtime stage too; others are for the build."""
    names = {re.sub(r"(?<=.)@.*", "", word) for word in plain[1:]}
    used = {program[0] for program in case.programs} | {w for p in case.programs for w in p[1:2]}
    if names & used and not call.moved:
        return Verdict(build=True, repeat=True)
    text = str(case.project.json("package.json") or "")
    if any(re.search(rf"\b{re.escape(name)}\b", text.partition("'start'")[2][:200]) for name in names):
        return Refusal(
            "S01", f"{', '.join(sorted(names))} may be what the start script runs", "name the program in CMD"
        )
    return Verdict(build=True)


def _script(call: Call, plain: list[str]) -> str:
    if call.name == "npm":
        return (
            plain[1]
            if plain[:1] in (["run"], ["run-script"]) and len(plain) > 1
            else "test"
            if plain[:1] in (["test"], ["t"])
            else ""
        )
    if call.name in ("yarn", "pnpm"):
        return plain[1] if plain[:1] == ["run"] and len(plain) > 1 else plain[0] if plain else ""
    return ""


def _outputs(case: Case, call: Call, script: str) -> tuple[str, ...] | None:
    """Return what a build script writes where it only runs tsc and the configuration names the folder."""
    found = manifest(case)
    body = found.section("scripts").get(script, "") if found else ""
    if not re.fullmatch(r"(rimraf \S+ && |rm -rf \S+ && )?tsc( -p (\./)?tsconfig\.json)?", body) or found is None:
        return None
    if {f"pre{script}", f"post{script}"} & found.section("scripts").keys():
        return None
    text = case.project.text("tsconfig.json")
    match = re.search(r'"outDir"\s*:\s*"(\./)?([\w-]+)/?"', _without_comments(text)) if text else None
    if match is None or call.folder is None or '"references"' in (text or ""):
        return None
    return (posixpath.join(call.folder, match[2]),)


def _without_comments(text: str) -> str:
    return re.sub(r"(?m)^\s*//.*$|/\*.*?\*/", "", text)


def target(case: Case) -> Target | Refusal | None:
    """Return the stages of a Node server."""
    found = manifest(case)
    if case.project.is_known:
        refusal = refusal_of(case, found)
        if refusal is not None:
            return refusal
    base = interpreter_base(case, "node")
    if isinstance(base, Refusal):
        return base
    text, image = base
    needs = needs_of(case, found, image, same=image.family == case.image.family)
    if isinstance(needs, Refusal):
        return needs
    packages, doubts = needs
    return Target(
        text, image, packages=packages, epilogue=_prune(case, found), doubts=doubts, is_plain=not doubts,
        gain="compilers, headers and development dependencies",
    )  # fmt: skip


def _prune(case: Case, found: Manifest | None) -> tuple[str, ...]:
    """Return the RUN that takes development dependencies out again, where they are certainly not used (S01, S03)."""
    if found is None or not found.section("devDependencies") or not found.section("dependencies"):
        return ()
    installs = [
        c for c in case.calls if c.name == "npm" and c.words and c.words[0] in _INSTALLS and "-g" not in c.words
    ]
    managers = {c.name for c in case.calls if c.name in _MANAGERS} - {"npm", "npx"}
    if not installs or managers or any(w in _PRODUCTION for c in installs for w in c.words):
        return ()
    if any(c.state.values.get("NODE_ENV") == "production" for c in installs):
        return ()
    folders = {c.folder for c in case.calls if c.name in _MANAGERS}
    if len(folders | {case.stage.end.workdir}) != 1 or not all(c.state.is_root for c in case.calls):
        return ()  # it would run elsewhere, or as another user
    if _imports(case, found.section("devDependencies")) or not found.is_locked:
        return ()
    version = read_tag(case.reference.tag or "").version
    if case.image.family not in _FAMILIES or (version and version[0] < 16):
        return ()
    return ("npm prune --omit=dev",)


def _imports(case: Case, names: dict[str, str]) -> bool:
    """Tell whether a source that may run imports one of these packages."""
    wanted = [name for name in names if not name.startswith("@types/")]
    if not wanted:
        return False
    pattern = re.compile(r"(?:from|require\(|import\(|import)\s*[\"'](" + "|".join(map(re.escape, wanted)) + r")[\"'/]")
    return any(pattern.search(case.project.text(path) or "") for path in case.project.sources(NODE.sources))


NODE = Ecosystem(
    "node", claims, read, target,
    sources=("js", "mjs", "cjs", "ts", "mts", "cts", "tsx", "jsx", "vue", "svelte"),
)  # fmt: skip
