"""Node: servers and TypeScript builds (S01 to S05, S19); a static site is only proposed here (S20)."""

from __future__ import annotations

import re

from hardener.errors import Refusal
from hardener.fast.patterns import regex
from hardener.knowledge.tags import read_tag
from hardener.packages.managers import INSTALLS, PackageManager, manager_of
from hardener.rules.split_stages import paths
from hardener.rules.split_stages.languages.node import outputs as node_outputs
from hardener.rules.split_stages.languages.node import run as node_run
from hardener.rules.split_stages.languages.node import workspace
from hardener.rules.split_stages.languages.node.below import in_folder
from hardener.rules.split_stages.languages.node.project import PRODUCTION, Manifest, manifest, needs_of, refusal_of
from hardener.rules.split_stages.languages.node.yarn_cache import linker, outside_cache
from hardener.rules.split_stages.model import Call, Case, Ecosystem, Target, Verdict
from hardener.rules.split_stages.runtime_base import interpreter_base

_FAMILIES = frozenset(("node", "node-slim", "node-alpine"))
#: scripts that check and leave nothing that the program reads
_CHECKS = regex(r"(test|lint|typecheck|type-check|check|format|audit|coverage|prettier|eslint)(:|\Z)")
#: what starts a package manager, or a program of a package
_STARTERS = frozenset(("npx", "corepack"))
_TOOLS = frozenset(("node", "tsc", "prisma", "nest", "next", "vite", "webpack"))
#: options that name another folder
_ELSEWHERE = frozenset(
    """
    --prefix -C --cwd --dir -w --workspace --workspaces -F --filter -r --recursive workspaces
    """.split()  # noqa: SIM905 (a table of words reads better)
)
#: what links packages from elsewhere, or to elsewhere
_LINKS = (["link"], ["ln"], ["unlink"], ["deploy"], ["pack"], ["publish"], ["playwright"], ["cypress"], ["puppeteer"])
#: install scripts that leave nothing, or only in node_modules
_HOOKS = regex(
    r"((npx\s+)?(husky(\s+install(\s+[\w./-]+)?)?|lefthook\s+install|simple-git-hooks|is-ci|patch-package|only-allow\s+\w+"
    r"|opencollective(-postinstall)?|true|exit 0|echo [\w ]*)(\s*(&&|\|\||;)\s*)?)+\Z"
)
#: tools that load packages by their settings when they run
_RUNNERS = frozenset(("vite", "astro", "ts-node", "tsx", "nest", "nuxt"))
_NAME = regex(r"(@[\w.-]+/)?[\w.-]+\Z")


def claims(case: Case) -> bool:
    """Tell whether the image is one of Node's and the stage installs packages."""
    if not any(
        _manages(call.name) or (call.package is not None and call.package.described.language == "node")
        for call in case.calls
    ):
        return False
    names = [program[0].rpartition("/")[2] for program in case.programs]
    return case.image.family in _FAMILIES or any(name in ("node", "nodejs") or _manages(name) for name in names)


def _manager(name: str) -> PackageManager | None:
    """Return the manager of Node's packages that a program is, None for another program."""
    found = manager_of(name)
    return found if found is not None and found.language == "node" else None


def _manages(name: str) -> bool:
    return name in _STARTERS or _manager(name) is not None


def read(case: Case, call: Call) -> Verdict | Refusal | None:
    """Return what becomes of a command of npm, yarn, pnpm or node."""
    if call.name == "mv" and any(word.rstrip("/").endswith("node_modules") for word in call.words):
        return Refusal("S22", "node_modules is moved away from its package.json", "leave it where it is installed")
    if call.name not in _TOOLS and not _manages(call.name):
        return None
    call = in_folder(call)
    if call.folder is None:
        return Refusal("S22", f"cannot tell in which folder `{call.name}` runs", "use WORKDIR without variables")
    words_ = call.words
    plain = [word for word in words_ if not word.startswith("-")]
    described = _manager(call.name)
    verb = described.verb(plain)[0] if described is not None else plain[0] if plain else ""
    if call.name == "corepack":
        return Verdict(build=True, repeat=node_run.is_called(case, ("corepack",)))
    if described is not None and not described.in_project:
        shown = f"{call.name} {verb}".strip()
        return Refusal("S22", f"cannot tell where `{shown}` puts the packages", "write the two stages by hand")
    if any(w in ("-g", "--global", "global") for w in words_):
        return _globally(case, call, plain)
    if any(word in _ELSEWHERE for word in words_):
        return Refusal("S19", f"`{call.name} {' '.join(words_)[:40]}` works in another folder", "use WORKDIR")
    if described is not None and verb in described.fills:
        return _install(case, call, f"{call.folder.rstrip('/')}/node_modules")
    if described is not None and verb in described.build_only:
        return Verdict(build=True)
    if verb == "rebuild":
        return Verdict(build=True, makes=(f"{call.folder.rstrip('/')}/node_modules",))
    return _built(case, call, plain)


def _built(case: Case, call: Call, plain: list[str]) -> Verdict | Refusal:
    """Return what becomes of a script of package.json, or of a tool that is called itself."""
    script = script_of(call, plain)
    if script and _CHECKS.match(script):
        return Verdict(build=True)
    shown = " ".join(call.raw.split())[:50]
    if plain[:1] in _LINKS or (plain[1:2] and plain[1] in ("install", "browsers")):
        return Refusal("S22", f"cannot tell to which folder `{shown}` writes", "write the two stages by hand")
    outputs = node_outputs.of_tsc(case, call, script) if script else None
    if outputs is not None:
        return Verdict(build=True, makes=outputs)
    return _whole(case, call, node_outputs.outside(case, call, script), f"`{shown}`")


def _whole(case: Case, call: Call, outside: str, what: str) -> Verdict | Refusal:
    """Return that the folder of the application is copied with all that is in it."""
    if outside:
        return Refusal("S22", f"{what} may write to {outside}", "write into the folder of the application")
    root = paths.root_of(case, call.folder or "/")
    if root == "/":
        return Refusal("S22", f"{what} writes into /", "use WORKDIR")
    return Verdict(build=True, makes=(root,), whole=True)


def _install(case: Case, call: Call, modules: str) -> Verdict | Refusal:
    found = manifest(case, call.folder)
    lock = case.project.text("yarn.lock") or ""
    if call.name == "yarn" and "__metadata:" in lock and linker(case, call) != "node-modules":
        return outside_cache(case, call) or _whole(case, call, "", "yarn")
    if found is not None and not found.section("dependencies") and len(call.words) < 2:
        if not found.section("devDependencies") and not found.section("optionalDependencies"):
            return Verdict(build=True)
        return _whole(case, call, "", "the installation")  # there may be no node_modules
    scripts = found.section("scripts") if found else {}
    own = [scripts[name] for name in node_outputs.INSTALLING if scripts.get(name)]
    if "--ignore-scripts" not in call.words and not all(_HOOKS.match(text) for text in own):
        return _whole(case, call, node_outputs.outside(case, call, "prepare"), "an install script of package.json")
    return Verdict(build=True, makes=(modules,))


def _globally(case: Case, call: Call, plain: list[str]) -> Verdict | Refusal:
    """What the image may start is installed in the runtime stage too; known tools are for the build."""
    described = _manager(call.name)
    verb, size = described.verb(plain) if described is not None else ("", 0)
    installs = described is not None and bool(described.meanings(verb) & INSTALLS)
    if plain and plain[0] != "global" and not installs:
        return Verdict(build=True)
    names = [re.sub(r"(?<=.)@.*", "", word) for word in plain[size if installs else 0 :] if word != "global"]
    if node_run.only_builds(case, names):
        return Verdict(build=True)
    if call.moved or not all(_NAME.match(name) for name in names):
        return Refusal("S01", f"the image may run {', '.join(names)[:50]}", "install it in a RUN of its own")
    return Verdict(build=True, repeat=True)


def script_of(call: Call, plain: list[str]) -> str:
    """Return the script of package.json that a command runs, "" for none."""
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


def target(case: Case) -> Target | Refusal | None:
    """Return the stages of a Node server."""
    found = manifest(case)
    if case.project.is_known:
        linked = found is not None and workspace.is_workspace(case, found)
        refusal = (workspace.refusal_of(case, found) if found and linked else None) or refusal_of(
            case, found, linked=linked
        )
        if refusal is not None:
            return refusal
        fetched = node_run.fetched_at_start(case)
        if fetched:
            return Refusal(
                "S11", f"corepack would fetch {fetched} when the container starts", "start node itself in CMD"
            )
        found = workspace.as_one(case, found) if found is not None and linked else found
    base = interpreter_base(case, "node")
    if isinstance(base, Refusal):
        return base
    text, image = base
    needs = needs_of(case, found, image, same=image.family == case.image.family)
    if isinstance(needs, Refusal):
        return needs
    packages, doubts = needs
    pruned = prune(case, found)
    stays = pruned if isinstance(pruned, Refusal) else None
    return Target(
        text, image, packages=packages, epilogue=() if isinstance(pruned, Refusal) else pruned, doubts=doubts,
        is_plain=not doubts, gain="compilers, headers and development dependencies", stays=stays,
    )  # fmt: skip


def prune(case: Case, found: Manifest | None) -> tuple[str, ...] | Refusal:
    """Return the RUN that takes development dependencies out again, () where none can, or what may use one (S01)."""
    if found is None or not found.section("devDependencies") or not found.section("dependencies"):
        return ()
    if workspace.is_workspace(case, found):
        return ()  # what is for development in one package may be what another one runs
    npm = _manager("npm")
    fills = npm.fills if npm is not None else frozenset[str]()
    installs = [c for c in case.calls if c.name == "npm" and c.words and c.words[0] in fills and "-g" not in c.words]
    managers = {c.name for c in case.calls if _manages(c.name)} - {"npm", "npx"}
    if not installs or managers or any(w in PRODUCTION for c in installs for w in c.words):
        return ()
    if any(c.state.values.get("NODE_ENV") == "production" for c in installs):
        return ()
    folders = {c.folder for c in case.calls if _manages(c.name)}
    since = case.calls[case.calls.index(installs[0]) :]
    if len(folders | {case.stage.end.workdir}) != 1 or len({_user(call) for call in since}) != 1:
        return ()  # it would run elsewhere, or as another user
    if not found.is_locked:
        return ()
    runner = min(_RUNNERS & node_run.words_that_run(case), default="")
    if runner:
        return Refusal("S01", f"development dependencies have to stay: {runner} loads what its settings name")
    why = node_run.uses_development(case, found.section("devDependencies"), found.entries)
    if why:
        return Refusal("S01", f"development dependencies have to stay: {why}", "move what runs to dependencies")
    version = read_tag(case.reference.tag or "").version
    if case.image.family not in _FAMILIES or (version and version[0] < 16):
        return ()
    return ("npm prune --omit=dev",)


def _user(call: Call) -> str | None:
    return "root" if call.state.is_root else call.state.user


def read_server(case: Case, call: Call) -> Verdict | Refusal | None:
    """Return what becomes of a command of the stage of a server: a workspace is copied with all that it links."""
    here = in_folder(call)
    if not workspace.is_workspace(case, manifest(case, here.folder)):
        return read(case, call)
    if here.name == "yarn" and here.words[:2] == ("workspaces", "focus"):
        return _linked(case, here)
    members = workspace.in_members(case, here)
    verdict = _in_members(case, here, members) if members else read(case, call)
    if not isinstance(verdict, Verdict) or not verdict.makes:
        return verdict
    if not verdict.whole:
        return _linked(case, here)
    # a script of the root may start those of the packages
    every = () if members else workspace.every_member(case, here)
    return _in_members(case, here, every) if every else verdict


def _linked(case: Case, call: Call) -> Verdict | Refusal:
    """Return that an installation fills folders of the workspace, whose scripts run in their own."""
    every = (call, *workspace.every_member(case, call))
    named = (node_outputs.outside(case, one, script) for one in every for script in node_outputs.INSTALLING)
    return outside_cache(case, call) or _whole(
        case, call, next(filter(None, named), ""), "the installation of a workspace"
    )


def _in_members(case: Case, call: Call, members: tuple[Call, ...]) -> Verdict | Refusal | None:
    """Return what becomes of an installation or a script in packages of a workspace."""
    plain = [word for word in members[0].words if not word.startswith("-")]
    described = _manager(call.name)
    if call.name == "pnpm" and plain[:1] == ["deploy"]:
        return workspace.deployed(case, call, plain)
    script = script_of(call, plain)
    if script:
        outside = next(filter(None, (node_outputs.outside(case, member, script) for member in members)), "")
        shown = " ".join(call.raw.split())[:50]
        return Verdict(build=True) if _CHECKS.match(script) else _whole(case, call, outside, f"`{shown}`")
    if described is not None and described.verb(plain)[0] in described.fills:
        return _linked(case, call)
    return read(case, call)


NODE = Ecosystem(
    "node", claims, read_server, target,
    sources=("js", "mjs", "cjs", "ts", "mts", "cts", "tsx", "jsx", "vue", "svelte"),
)  # fmt: skip
