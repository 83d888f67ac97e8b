"""What an installation for Ruby, PHP, Go, .NET or the JVM reads of the build context (C15)."""

from __future__ import annotations

import re

from hardener.errors import Refusal
from hardener.fast.patterns import regex
from hardener.packages.installs import Install
from hardener.project.context import Files
from hardener.project.installs_read.needs import Needs, Reader, held_back, named_in, present
from hardener.project.node.package_json import inside
from hardener.project.texts import joined

_PROGRAM = regex(r"\b(eval_gemfile|require_relative|File\.|Dir\[|Dir\.|instance_eval|__dir__)")
#: objects of composer.json that are looked into
_TABLES = ("autoload", "autoload-dev", "require", "require-dev", "config")
#: plugins of Composer that read or write other files of the project
_PLUGINS = regex(r"composer/installers|wikimedia/composer-merge-plugin|drupal/|cweagans/|symfony/flex")


def bundler_needs(files: Files, install: Install, folder: str) -> Needs | Refusal:
    """Return the Gemfile, its lock file and what fixes Ruby's version."""
    from hardener.project import ruby

    gemfile = ruby.read_gemfile(files, folder)
    text = files.text(joined(folder, "Gemfile")) or ""
    if gemfile is None or install.has("--gemfile"):
        return held_back("cannot read the Gemfile")
    if gemfile.has_gemspec or gemfile.local:
        return held_back("the Gemfile takes gems from the sources")
    if _PROGRAM.search(re.sub(r"#.*", "", text)):
        return held_back("the Gemfile reads other files")
    names = ("Gemfile", "Gemfile.lock", ".ruby-version", ".tool-versions", ".bundle/config", "vendor/cache")
    writes = tuple(joined(folder, path) for path in install.values("--path"))
    return Needs(tuple(present(files, folder, names)), writes, (joined(folder, "vendor/bundle"),))


def composer_needs(files: Files, install: Install, folder: str) -> Needs | Refusal:
    """Return composer.json, its lock file and settings, if nothing else of the project is read."""
    from hardener.project import php

    data = php.read_composer(files, folder)
    if data is None:
        return held_back(f"cannot read {joined(folder, 'composer.json')}")
    scripts = php.install_scripts(data)
    if scripts and not install.has("--no-scripts"):
        return held_back(f"the script {scripts[0]} may read the sources", "add --no-scripts, and run it later")
    if any(not isinstance(data.get(key) or {}, dict) for key in _TABLES):
        return held_back(f"cannot read {joined(folder, 'composer.json')}")
    loader = {**(data.get("autoload") or {}), **(data.get("autoload-dev") or {})}
    reads = {"classmap", "files"} & loader.keys() or install.has("-o", "-a", "--optimize-autoloader")
    if (reads or install.has("--classmap-authoritative")) and not install.has("--no-autoloader"):
        return held_back("the autoloader is made from the sources", "add --no-autoloader, and dump it later")
    text = str({**(data.get("require") or {}), **(data.get("require-dev") or {})})
    repositories = str(data.get("repositories") or "")
    if _PLUGINS.search(text) or "'path'" in repositories or "vendor-dir" in (data.get("config") or {}):
        return held_back("a plugin or a setting of composer.json reads or writes other files of the project")
    names = ("composer.json", "composer.lock", "symfony.lock", "auth.json")
    return Needs(tuple(present(files, folder, names)), (joined(folder, "vendor"),))


def go_needs(files: Files, install: Install, folder: str) -> Needs | Refusal:
    """Return go.mod and go.sum, of the modules in a go.work and of local replacements too."""
    if install.has("-modfile"):
        return held_back("another go.mod is named")
    from hardener.project import go

    folders, queue = [folder, *(go.work_folders(files, folder) or ())], [folder]
    queue += folders[1:]
    while queue:
        module = go.read_module(files, queue.pop())
        if module is None:
            return held_back("cannot read a go.mod")
        for path in module.local:
            if path.startswith(("..", "/")) or not files.has(joined(path, "go.mod")):
                return held_back(f"{joined(module.folder, 'go.mod')} replaces a module by {path}")
            if path not in folders:
                folders.append(path)
                queue.append(path)
    paths = [p for place in dict.fromkeys(folders) for p in present(files, place, ("go.mod", "go.sum"))]
    return Needs(tuple(paths + present(files, folder, ("go.work", "go.work.sum"))))


def dotnet_needs(files: Files, install: Install, folder: str) -> Needs | Refusal:
    """Return the project files that a restore reads, with the settings in and above their folders."""
    tree = files.tree
    named = [inside(folder, operand) for operand in install.operands] or [folder]
    if tree is None or install.has("--configfile", "--packages"):
        return held_back("cannot tell what is restored")
    target = named[0]
    from hardener.project import dotnet

    if not tree.is_file(target):
        own = [p for p in tree.below("" if target == "." else target) if "/" not in p.removeprefix(f"{target}/")]
        found = [p for p in own if p.endswith((".sln", ".slnx"))] or [p for p in own if dotnet.PROJECT.match(p)]
        if len(found) != 1:
            return held_back("cannot tell which project is restored", "name the project or solution")
        target = found[0]
    paths = [target]
    starts = [target] if dotnet.PROJECT.match(target) else _in_solution(files, target)
    for start in starts:
        projects = dotnet.closure(files, start)
        if projects is None:
            return held_back(f"cannot read {start} or a project that it references")
        if any(e.get("Project") for p in projects for e in p.root.iter("Import")):
            return held_back("a project imports other files")
        for project in projects:
            paths += [project.path, *dotnet.shared_files(files, project.path)]
            paths += present(files, project.path.rpartition("/")[0], ("packages.lock.json", "packages.config"))
    feeds = named_in(files, [path for path in dict.fromkeys(paths) if path.lower().endswith("nuget.config")])
    if isinstance(feeds, Refusal):
        return feeds
    paths += feeds
    writes = [joined(p.rpartition("/")[0], "obj") for p in paths if dotnet.PROJECT.match(p)]
    return Needs(tuple(dict.fromkeys(paths)), tuple(dict.fromkeys(writes)))


def _in_solution(files: Files, path: str) -> list[str]:
    names = re.findall(r"[\"']([^\"']+\.(?:cs|fs|vb)proj)[\"']", files.text(path) or "")
    return [inside(path.rpartition("/")[0], name.replace("\\", "/")) for name in names] or [path]


def maven_needs(files: Files, install: Install, folder: str) -> Needs | Refusal:
    """Return all poms, the wrapper and settings that are named."""
    if install.has("-f", "--file"):
        return held_back("another pom.xml is named")
    from hardener.project import jvm

    poms = jvm.all_poms(files, folder)
    if poms is None:
        return held_back("cannot read a pom.xml, or a module is not in the build context")
    if any(True for pom in poms for _ in pom.root.iter("systemPath")):
        return held_back("a pom.xml takes a library from the sources")
    parent = poms[0].root.find("parent/relativePath")
    if parent is not None and (parent.text or "").strip().startswith(".."):
        return held_back("the parent of the pom.xml lies above it")
    settings = [inside(folder, v) for v in install.values("-s", "--settings", "-gs") if not v.startswith("/")]
    if not all(files.has(path) for path in settings):
        return held_back("a settings file that is named is not in the build context")
    paths = [joined(pom.folder, "pom.xml") for pom in poms] + settings + present(files, folder, (".mvn", "mvnw"))
    return Needs(tuple(paths), (), tuple(joined(pom.folder, "target") for pom in poms))


def gradle_needs(files: Files, install: Install, folder: str) -> Needs | Refusal:
    """Return the build scripts, catalogues and wrapper."""
    if install.has("-p", "--project-dir"):
        return held_back("another project folder is named")
    from hardener.project import jvm

    paths = list(jvm.gradle_files(files, folder))
    if not paths:
        return held_back("there are no Gradle files in the build context")
    for path in paths:
        if re.search(r"\b(fileTree|files|file)\s*\(", files.text(path) or "") and ".gradle" in path:
            return held_back(f"{path} reads other files of the project")
    return Needs(tuple(paths), (), (joined(folder, "build"), joined(folder, ".gradle")))


NEEDS: dict[str, Reader] = {
    "bundler": bundler_needs,
    "composer": composer_needs,
    "go": go_needs,
    "dotnet": dotnet_needs,
    "maven": maven_needs,
    "gradle": gradle_needs,
}
