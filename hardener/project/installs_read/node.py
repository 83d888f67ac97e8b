"""What an installation with npm, Yarn, pnpm or Bun reads of the build context (C15, S03)."""

from __future__ import annotations

import re

from hardener.errors import Refusal
from hardener.fast.patterns import regex
from hardener.packages.installs import Install
from hardener.project.context import Files
from hardener.project.installs_read.needs import Needs, Reader, held_back, named_in, present
from hardener.project.node import package_json
from hardener.project.node.locks import LOCKS
from hardener.project.texts import joined

_SETTINGS = (
    ".npmrc", ".yarnrc", ".yarnrc.yml", ".yarn/releases", ".yarn/plugins", ".yarn/patches", ".yarn/cache",
    "pnpm-workspace.yaml", ".pnpmfile.cjs", "bunfig.toml", "patches",
)  # fmt: skip
#: settings of packages that fetch something when they are installed
_OF_PACKAGES = {"puppeteer": r"(\.puppeteerrc(\.\w+)?|puppeteer\.config\.\w+)\Z", "cypress": r"cypress\.config\.\w+\Z"}
_SPLIT = regex(r"&&|\|\||;")
#: scripts that read nothing of the project, or what is copied first anyway
_HARMLESS = regex(
    r"(npx\s+(-y\s+|--yes\s+)?)?(patch-package(\s+--(?!patch-dir)[\w-]+(=\S+)?)*|only-allow\s+\w+|opencollective(-postinstall)?(\s.*)?"
    r"|is-ci|echo\s[^$`<>|]*|true|:|exit\s+0|prisma\s+generate)\Z"
)
#: they look for .git alone
_GIT_HOOKS = regex(r"(npx\s+)?(husky(\s+install(\s+[\w./-]+)?)?|lefthook\s+install(\s+-f)?|simple-git-hooks)\Z")
_PATCH = regex(r"(?<![\w@.+~/-])[\w@.+~/-]+\.(?:patch|diff)\b")
_MEMBERS = 40
#: options that name the folder of the project
_ELSEWHERE = frozenset(("--prefix", "--cwd", "--dir", "-C"))


def node_needs(files: Files, install: Install, folder: str) -> Needs | Refusal:
    """Return what is read; workspaces and local packages with it."""
    elsewhere = next((w.raw for w in install.command.words if w.raw.partition("=")[0] in _ELSEWHERE), None)
    if elsewhere is not None:
        return held_back(f"`{elsewhere}` names another folder than the one that it runs in", "use WORKDIR")
    package = package_json.read_package(files, folder)
    if package is None:
        return held_back(f"cannot read {joined(folder, 'package.json')}")
    above = _workspace_above(files, folder)
    if above is not None:
        return held_back(f"{above} may say that this is one of its workspaces", "install in the root of the workspaces")
    members = package_json.workspaces(files, package)
    if members is None or len(members) > _MEMBERS:
        return held_back("cannot read the workspaces, or there are too many")
    if any(member.bins for member in members):
        return held_back("a workspace brings a command: the installation links it only if its file is there")
    local = _local(files, (package, *members))
    if isinstance(local, Refusal):
        return local
    packages = (package, *members, *(p for p in (package_json.read_package(files, f) for f in local) if p is not None))
    scripts = _scripts(files, install, packages)
    if isinstance(scripts, Refusal):
        return scripts
    read = [".npmrc", ".yarnrc", ".yarnrc.yml", ".pnpmfile.cjs", "bunfig.toml"]
    named = named_in(files, present(files, folder, read))
    if isinstance(named, Refusal):
        return named
    paths = [package.path, *_locks(files, install, folder), *present(files, folder, _SETTINGS)]
    paths += [path for path in named if "node_modules" not in path and not _is_below(path, paths)]
    paths += [path for member in members for path in (member.path, *present(files, member.folder, (".npmrc",)))]
    paths += [*local, *scripts, *_settings_of_packages(files, package)]
    paths += [path for path in _patches(files, folder) if not _is_below(path, paths)]
    writes = [joined(one.folder, "node_modules") for one in packages]
    return Needs(tuple(dict.fromkeys(paths)), tuple(writes), (joined(folder, ".yarn/unplugged"),))


def _patches(files: Files, folder: str) -> list[str]:
    """Return the patches of packages that package.json or the settings of the workspace name."""
    found = []
    for name in present(files, folder, ("package.json", "pnpm-workspace.yaml")):
        for word in _PATCH.findall(files.text(name) or ""):
            path = package_json.inside(folder, word.removeprefix("~/"))
            found += [path] if files.has(path) else []
    return found


def _is_below(path: str, paths: list[str]) -> bool:
    return any(path == one or path.startswith(one + "/") for one in paths)


def _locks(files: Files, install: Install, folder: str) -> list[str]:
    own = present(files, folder, LOCKS[install.tool.name])
    # npm takes over what a yarn.lock says
    return own or (present(files, folder, LOCKS["yarn"]) if install.tool.name == "npm" else [])


def _workspace_above(files: Files, folder: str) -> str | None:
    while folder:
        folder = folder.rpartition("/")[0]
        package = package_json.read_package(files, folder)
        if package is not None and package_json.workspace_patterns(files, package):
            return package.path
        if files.has(joined(folder, "pnpm-workspace.yaml")):
            return joined(folder, "pnpm-workspace.yaml")
    return None


def _local(files: Files, packages: tuple[package_json.Package, ...]) -> list[str] | Refusal:
    """Return the files and folders of the project that are installed as packages."""
    known = {package.folder for package in packages}
    found = []
    for package in packages:
        for path in package.local:
            if path.startswith("..") or not files.has(path) or path in (".", ""):
                return held_back(f"{package.path} installs {path}, which is not in the build context")
            if path not in known:
                found.append(path)
    return found


def _scripts(files: Files, install: Install, packages: tuple[package_json.Package, ...]) -> list[str] | Refusal:
    """Return what scripts that run by themselves read; a refusal where that is not known."""
    root = packages[0]
    if install.has("--ignore-scripts") or package_json.npm_settings(files, root.folder).get("ignore-scripts") == "true":
        return []
    found: list[str] = []
    for package in packages:
        if files.has(joined(package.folder, "binding.gyp")):
            return held_back(f"{joined(package.folder, 'binding.gyp')}: the installation compiles the sources")
        for name, text in package.lifecycle.items():
            for part in map(str.strip, _SPLIT.split(text)):
                is_hook = _GIT_HOOKS.match(part) is not None
                if is_hook and files.has(joined(root.folder, ".git")):
                    return held_back(f"the script {name} needs .git", "add .git to .dockerignore")
                if not is_hook and not _HARMLESS.match(part):
                    return held_back(
                        f"the script {name} (`{part[:60]}`) may read the sources",
                        "copy what it reads before the installation, or install with --ignore-scripts",
                    )
    deps = {**root.runtime, **root.development}
    if {"prisma", "@prisma/client"} & deps.keys():
        named = root.data.get("prisma")
        schema = named.get("schema") if isinstance(named, dict) else None
        names = (schema,) if isinstance(schema, str) else ("prisma/schema.prisma", "schema.prisma", "prisma.config.ts")
        schemas = present(files, root.folder, names)
        for path in schemas:
            written = re.search(r'(?m)^\s*output\s*=\s*"([^"]+)"', files.text(path) or "")
            place = package_json.inside(path.rpartition("/")[0], written[1]) if written else ""
            if place and "node_modules" not in place and files.has(place):
                return held_back(f"{place}, which prisma writes, is in the build context", "add it to .dockerignore")
        found += [path.replace("/schema.prisma", "") for path in schemas]
    return found


def _settings_of_packages(files: Files, package: package_json.Package) -> list[str]:
    tree = files.tree
    found: list[str] = []
    for name, pattern in _OF_PACKAGES.items():
        if tree is not None and name in {**package.runtime, **package.development}:
            prefix = f"{package.folder}/" if package.folder else ""
            names = (path[len(prefix) :] for path in tree.below(package.folder))
            found += [prefix + path for path in names if re.match(pattern, path)]
    return found


NEEDS: dict[str, Reader] = dict.fromkeys(("npm", "yarn", "pnpm", "bun"), node_needs)
