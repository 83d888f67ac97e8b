"""Readers of manifests and lock files, on what the tools themselves wrote (C15, C16)."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from hardener.errors import Refusal
from hardener.lookups.build_context import BuildContext
from hardener.project import dotnet, go, jvm, php, ruby, rust
from hardener.project.context import Files, Lookup
from hardener.project.node import package_json
from hardener.project.node.locks import Lock, lock_in_step, other_locks
from hardener.project.python import locks as python_locks
from hardener.project.python import manifests
from hardener.project.semver import satisfies
from hardener.project.texts import yaml_of

PROJECTS = Path(__file__).parent / "projects"


class Known(Files):
    """Files of a folder whose questions are answered at once."""

    def __init__(self, folder: Path) -> None:
        super().__init__({})
        self.context = BuildContext(folder)

    def _ask(self, kind: str, key: str) -> object | None:
        return self.context(Lookup(kind, key))


@pytest.fixture
def made(tmp_path: Path):
    def make(**texts: str) -> Known:
        for name, text in texts.items():
            path = tmp_path / name.replace("__", "/").replace("_dot_", ".")
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
        return Known(tmp_path)

    return make


def copied(name: str, tmp_path: Path, changes: dict[str, tuple[str, str]]) -> Known:
    folder = tmp_path / name
    shutil.copytree(PROJECTS / name, folder)
    for file, (old, new) in changes.items():
        text = (folder / file).read_text()
        assert old in text
        (folder / file).write_text(text.replace(old, new))
    return Known(folder)


NODE = [
    ("npm", "npm", "npm", "3"),
    ("npm-old", "npm", "npm", "1"),
    ("yarn", "yarn", "yarn", "1"),
    ("berry", "yarn", "berry", "10"),
    ("pnpm", "pnpm", "pnpm", "9.0"),
    ("pnpmws", "pnpm", "pnpm", "9.0"),
    ("bun", "bun", "bun", "2"),
    ("ws", "npm", "npm", "3"),
]


@pytest.mark.parametrize(("name", "manager", "kind", "version"), NODE)
def test_a_lock_file_in_step(name: str, manager: str, kind: str, version: str) -> None:
    files = Known(PROJECTS / name)
    package = package_json.read_package(files)
    assert package is not None
    lock = lock_in_step(files, package, manager)
    assert isinstance(lock, Lock), lock
    assert (lock.manager, lock.version) == (kind, version)


OUT_OF_STEP = [
    ("npm", "npm", {"package.json": ("^2.1.0", "^2.0.0")}, "ms"),
    ("npm", "npm", {"package.json": ('"semver"', '"nanoid"')}, "nanoid"),
    ("npm", "npm", {"package-lock.json": ('"node_modules/ms"', '"node_modules/sm"')}, "ms"),
    ("npm-old", "npm", {"package.json": ("^2.1.0", "^3.0.0")}, "ms"),
    ("npm-old", "npm", {"package.json": ('"semver"', '"nanoid"')}, "nanoid"),
    ("yarn", "yarn", {"package.json": ("^2.1.0", "^2.0.0")}, "ms"),
    ("berry", "yarn", {"package.json": ("^2.1.0", "^2.0.0")}, "ms"),
    ("pnpm", "pnpm", {"package.json": ("^2.1.0", "^2.0.0")}, "ms"),
    ("pnpm", "pnpm", {"package.json": ('"devDependencies"', '"optionalDependencies2"')}, "semver"),
    ("pnpmws", "pnpm", {"packages/a/package.json": ("~4.3.0", "~4.2.0")}, "debug"),
    ("bun", "bun", {"package.json": ("^2.1.0", "^2.0.0")}, "ms"),
    ("ws", "npm", {"packages/a/package.json": ("~4.3.0", "~4.2.0")}, "debug"),
]


@pytest.mark.parametrize(("name", "manager", "changes", "named"), OUT_OF_STEP)
def test_a_lock_file_out_of_step(name: str, manager: str, changes: dict, named: str, tmp_path: Path) -> None:
    files = copied(name, tmp_path, changes)
    package = package_json.read_package(files)
    assert package is not None
    found = lock_in_step(files, package, manager)
    assert isinstance(found, Refusal)
    assert found.spec == "C16"
    assert named in found.reason


def test_a_lock_file_that_is_kept_out_is_not_there(tmp_path: Path) -> None:
    files = copied("npm", tmp_path, {})
    (tmp_path / "npm" / ".dockerignore").write_text("package-lock.json\n")
    package = package_json.read_package(files)
    assert package is not None
    assert isinstance(lock_in_step(files, package, "npm"), Refusal)


def test_other_lock_files_beside(tmp_path: Path) -> None:
    files = copied("npm", tmp_path, {})
    (tmp_path / "npm" / "yarn.lock").write_text("# yarn lockfile v1\n")
    assert other_locks(files, "", "npm") == ("yarn.lock",)
    assert other_locks(files, "", "yarn") == ("package-lock.json",)


def test_package_json(made) -> None:
    files = made(
        package_dot_json="""{"name": "@a/b", "bin": {"run": "x.js"}, "packageManager": "pnpm@9.1.0+sha.1",
        "scripts": {"postinstall": "node x", "test": "y", "prepare": ""},
        "workspaces": {"packages": ["libs/*", "!libs/c"]},
        "dependencies": {"l": "file:../l", "k": "^1", "m": "./local"}, "devDependencies": {"k": "^1", "t": "1"}}""",
        libs__a__package_dot_json="{}",
        libs__b__package_dot_json="{}",
        libs__c__package_dot_json="{}",
        libs__d__readme="",
    )
    package = package_json.read_package(files)
    assert package is not None
    assert package.lifecycle == {"postinstall": "node x"}
    assert package.bins == ("run",)
    assert package.manager == ("pnpm", "9.1.0")
    assert package.local == ("../l", "local")
    assert package.development == {"t": "1"}
    members = package_json.workspaces(files, package)
    assert members is not None
    assert [m.path for m in members] == ["libs/a/package.json", "libs/b/package.json"]


def test_a_broken_manifest_is_not_known(made) -> None:
    files = made(package_dot_json="{", pyproject_dot_toml="[", pom_dot_xml="<a>", x_dot_csproj="<")
    assert package_json.read_package(files) is None
    assert manifests.pyproject(files) is None
    assert jvm.read_pom(files) is None
    assert dotnet.read_project(files, "x.csproj") is None


RANGES = [
    ("1.2.3", "^1.0.0", True), ("2.0.0", "^1.0.0", False), ("0.2.5", "^0.2.3", True), ("0.3.0", "^0.2.3", False),
    ("1.2.9", "~1.2.3", True), ("1.3.0", "~1.2.3", False), ("1.2.3", "1.x", True), ("1.2.3", "*", True),
    ("1.2.3", "", True), ("1.2.4", "1.2.3", False), ("1.5.0", ">=1.2 <2", True), ("1.5.0", ">= 1.2 < 1.4", False),
    ("1.2.3", "1.0.0 - 1.3", True), ("1.4.0", "1.0.0 - 1.3", False), ("1.2.3", "^0.1 || ^1.2", True),
    ("1.2.3", "git+https://example.org/x", None), ("0.0.4", "^0.0.3", False), ("1.2.3-beta.1", "^1.2.0", False),
    ("4.0.0-beta.1", "^4.0.0-beta.1", True), ("4.0.0-alpha.56", "^4.0.0-beta.1", False),
    ("4.0.0-beta.10", "^4.0.0-beta.2", True), ("4.1.0-beta.1", "^4.0.0-beta.1", False),
    ("4.0.0", "^4.0.0-beta.1", True),
    ("5.0.0-beta.1", "^4.0.0-beta.1", False), ("1.0.0-rc.1", "1.0.0-rc.1", True), ("1.0.0-rc.1", "*", False),
    ("1.0.0-rc.1", "<1.0.0", False), ("1.0.0-rc.2", ">=1.0.0-rc.1 <2", True), ("1.0.0-beta", "~1.0.0-alpha.9", True),
    ("1.0.0-1", "1.0.0-1 - 2", True), ("1.0.0", "1.0.0-rc.1", False), ("1.2.3", "latest", None),
    ("0.0.9", "<=0.0", True),
    ("1.2.3", ">*", False), ("1.2.3", "^x", True), ("1.2.3", "1.*.3", True), ("2.0.0", ">1", True),
    ("1.9.0", ">1", False), ("1.0.0", "^" + "9" * 5000, None), ("9" * 5000 + ".0.0", "^1.0.0", None),
]  # fmt: skip


@pytest.mark.parametrize(("version", "wanted", "answer"), RANGES)
def test_ranges(version: str, wanted: str, answer: bool | None) -> None:
    assert satisfies(version, wanted) is answer


def test_python_locks_in_step(tmp_path: Path) -> None:
    uv = Known(PROJECTS / "uv")
    assert python_locks.uv_in_step(uv, "", manifests.pyproject(uv) or {}) is None
    for name in ("poetry", "poetry2"):
        poetry = Known(PROJECTS / name)
        assert python_locks.poetry_in_step(poetry, "", manifests.pyproject(poetry) or {}) is None
    assert python_locks.pipenv_in_step(Known(PROJECTS / "pipenv"), "") is None
    pip = Known(PROJECTS / "pipc")
    compiled = manifests.read_requirements(pip, "requirements.txt")
    assert compiled.is_locked
    assert manifests.compiled_for(pip, manifests.read_requirements(pip, "requirements.in"), compiled) is None


PYTHON_OUT = [
    ("uv", "pyproject.toml", ("click>=8.1", "click>=8.0")),
    ("uv", "pyproject.toml", ('"itsdangerous~=2.2"', '"flask"')),
    ("uv", "pyproject.toml", ('["iniconfig>=2"]', '["pytest"]')),
    ("uv", "pyproject.toml", (">=3.11", ">=3.10")),
    ("poetry", "pyproject.toml", ("^2.2", "^2.1")),
    ("poetry2", "pyproject.toml", ("<3", "<4")),
    ("pipenv", "Pipfile", ("iniconfig", "pytest")),
]


@pytest.mark.parametrize(("name", "file", "change"), PYTHON_OUT)
def test_python_locks_out_of_step(name: str, file: str, change: tuple[str, str], tmp_path: Path) -> None:
    files = copied(name, tmp_path, {file: change})
    data = manifests.pyproject(files) or {}
    found = {
        "uv": lambda: python_locks.uv_in_step(files, "", data),
        "poetry": lambda: python_locks.poetry_in_step(files, "", data),
        "poetry2": lambda: python_locks.poetry_in_step(files, "", data),
        "pipenv": lambda: python_locks.pipenv_in_step(files, ""),
    }[name]()
    assert isinstance(found, Refusal)
    assert found.spec == "C16"


def test_requirements(made) -> None:
    files = made(
        requirements_dot_txt="-r base.txt\n-c limits.txt\nflask[async] >= 2 ; python_version > '3'\n-e ./lib\n# no\n"
        "requests==2.31.0 \\\n    --hash=sha256:aa\n--extra-index-url https://example.org\n./wheels/x-1-py3-none-any.whl\n",
        base_dot_txt="Django_Extensions==3 # why\n",
        limits_dot_txt="six<2\n",
    )
    found = manifests.read_requirements(files, "requirements.txt")
    assert list(found.paths) == ["requirements.txt", "base.txt", "limits.txt"]
    assert [e.name for e in found.entries] == ["django-extensions", "flask", "requests"]
    assert [e.is_pinned for e in found.entries] == [True, False, True]
    assert found.entries[2].hashed
    assert found.local == ["./lib", "./wheels/x-1-py3-none-any.whl"]
    assert found.is_known
    assert not found.is_locked


def test_requirements_that_include_what_is_not_there(made) -> None:
    assert not manifests.read_requirements(made(requirements_dot_txt="-r missing.txt\n"), "requirements.txt").is_known


def test_go(made) -> None:
    files = made(
        go_dot_mod="module example.org/app\n\ngo 1.22\n\nrequire (\n\ta.org/x v1.2.3\n\tb.org/y v0.1.0 // indirect\n)\n"
        "require c.org/z v1.0.0\nreplace c.org/z => ../z\n",
        go_dot_sum="a.org/x v1.2.3 h1:aa=\na.org/x v1.2.3/go.mod h1:bb=\n",
    )
    module = go.read_module(files)
    assert module is not None
    assert (module.path, module.version, module.local) == ("example.org/app", "1.22", ("../z",))
    assert go.missing_sums(files, module) == ("b.org/y",)


def test_cargo(made) -> None:
    lock = (
        'version = 3\n[[package]]\nname = "app"\nversion = "0.1.0"\ndependencies = ["itoa", "memchr"]\n'
        '[[package]]\nname = "itoa"\nversion = "1.0.9"\nsource = "r"\n'
        '[[package]]\nname = "memchr"\nversion = "2.7.0"\nsource = "r"\n'
    )
    manifest = (
        '[package]\nname = "app"\nversion = "0.1.0"\n[dependencies]\nitoa = "1"\n'
        '[dev-dependencies]\nmemchr = { version = "2", default-features = false }\n'
    )
    crate = rust.read_crate(files := made(Cargo_dot_toml=manifest, Cargo_dot_lock=lock))
    assert crate is not None
    assert rust.cargo_in_step(files, crate) is None
    for old, new in (('itoa = "1"', 'itoa = "2"'), ('itoa = "1"', 'itoa = "1"\nryu = "1"'), ('itoa = "1"\n', "")):
        crate = rust.read_crate(files := made(Cargo_dot_toml=manifest.replace(old, new), Cargo_dot_lock=lock))
        assert crate is not None
        found = rust.cargo_in_step(files, crate)
        assert isinstance(found, Refusal), new


def test_poms(made) -> None:
    files = made(
        pom_dot_xml='<project xmlns="http://maven.apache.org/POM/4.0.0"><modules><module>a</module></modules>'
        "<build><finalName>app</finalName></build></project>",
        a__pom_dot_xml="<project/>",
    )
    poms = jvm.all_poms(files)
    assert poms is not None
    assert [p.folder for p in poms] == ["", "a"]
    assert poms[0].text("build/finalName") == "app"


def test_dotnet(made) -> None:
    files = made(
        Directory_dot_Build_dot_props="<Project/>",
        api__api_dot_csproj="<Project><PropertyGroup><AssemblyName>Api</AssemblyName></PropertyGroup><ItemGroup>"
        '<PackageReference Include="Dapper" Version="2.1.0"/><ProjectReference Include="..\\lib\\lib.csproj"/>'
        "</ItemGroup></Project>",
        lib__lib_dot_csproj="<Project/>",
        api__packages_dot_lock_dot_json='{"version":1,"dependencies":{"net8.0":{"Dapper":{"type":"Direct",'
        '"requested":"[2.1.0, )","resolved":"2.1.0"}}}}',
    )
    found = dotnet.closure(files, "api/api.csproj")
    assert found is not None
    assert [p.path for p in found] == ["api/api.csproj", "lib/lib.csproj"]
    assert found[0].text("AssemblyName") == "Api"
    assert list(dotnet.shared_files(files, "api/api.csproj")) == ["Directory.Build.props"]
    assert dotnet.dotnet_in_step(files, found[0]) is None
    assert isinstance(dotnet.dotnet_in_step(files, found[1]), Refusal)


def test_composer_keeps_a_hash(made) -> None:
    # PHP: md5(json_encode(array)) of the sorted keys, slashes escaped
    data = {"require": {"php": ">=8", "monolog/monolog": "^3"}, "name": "a/b", "scripts": {"x": "y"}, "extra": {}}
    import hashlib

    text = '{"extra":[],"name":"a\\/b","require":{"php":">=8","monolog\\/monolog":"^3"}}'
    assert php.content_hash(data) == hashlib.md5(text.encode()).hexdigest()
    files = made(composer_dot_lock=f'{{"content-hash": "{php.content_hash(data)}"}}')
    assert php.composer_in_step(files, "", data) is None
    assert isinstance(php.composer_in_step(files, "", {**data, "name": "c/d"}), Refusal)


def test_bundler(made) -> None:
    lock = (
        "GEM\n  remote: https://rubygems.org/\n  specs:\n    rack (3.0.0)\n\nPLATFORMS\n  x86_64-linux\n\n"
        "DEPENDENCIES\n  puma (>= 5, < 7)\n  rack (~> 3.0)\n\nBUNDLED WITH\n   2.4.0\n"
    )
    text = "source 'https://rubygems.org'\ngem 'rack', '~> 3.0'\ngroup :web do\n  gem 'puma', '>= 5', '< 7'\nend\n"
    gemfile = ruby.read_gemfile(files := made(Gemfile=text, Gemfile_dot_lock=lock))
    assert gemfile is not None
    assert gemfile.is_plain
    assert ruby.bundler_in_step(files, "", gemfile) is None
    for old, new in (("~> 3.0", "~> 2.0"), ("gem 'rack', '~> 3.0'\n", ""), ("group", "gem ENV['X']\ngroup")):
        gemfile = ruby.read_gemfile(files := made(Gemfile=text.replace(old, new), Gemfile_dot_lock=lock))
        assert gemfile is not None
        assert isinstance(ruby.bundler_in_step(files, "", gemfile), Refusal), new
    files = made(Gemfile=text, Gemfile_dot_lock=lock.replace("x86_64-linux", "arm64-darwin-22"))
    gemfile = ruby.read_gemfile(files)
    assert gemfile is not None
    assert "Linux" in str(ruby.bundler_in_step(files, "", gemfile))


def test_yaml_of_lock_files() -> None:
    text = "a:\n  'b/c':\n    d: \"x\"\n  e: ^1\nf: {g: h}\n# no\n\ni:\nj:\n- 1.0\n"
    assert yaml_of(text) == {"a": {"b/c": {"d": "x"}, "e": "^1"}, "f": {"g": "h"}, "i": "", "j": ["1.0"]}
    assert yaml_of(text, lambda entry: entry.startswith("f")) == {"f": {"g": "h"}}
    assert yaml_of("\ufeff" + text.replace("\n", "\r\n"), lambda entry: entry.startswith("j")) == {"j": ["1.0"]}
    assert yaml_of("") == yaml_of("# nothing\n") == {}
    assert yaml_of("a: [") is yaml_of("- a\n") is yaml_of("a: 1\n---\nb: 1\n") is yaml_of("a: 1\na: 2\n") is None


def test_git_hooks_need_git(made) -> None:
    """A test of its own, as no .git can lie in a case's context (S03)."""
    from hardener.errors import Refusal as Why
    from hardener.packages.installs import read_chain
    from hardener.project.installs_read.needs import Needs
    from hardener.project.installs_read.read import needs

    chain = read_chain("npm ci")
    assert chain is not None
    text = '{"scripts": {"prepare": "husky || true"}, "devDependencies": {"husky": "^9"}}'
    files = made(package_dot_json=text)
    assert isinstance(needs(files, chain.installs[0], ""), Needs)
    files = made(package_dot_json=text, _dot_git__HEAD="x")
    found = needs(files, chain.installs[0], "")
    assert isinstance(found, Why)
    assert ".git" in found.reason
