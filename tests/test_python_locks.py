"""What Python lock files say about an installation: wheels and markers as `packaging` reads them."""

from __future__ import annotations

import itertools
import tomllib

import pytest
from packaging.markers import Marker
from packaging.specifiers import SpecifierSet
from packaging.tags import compatible_tags, cpython_tags
from packaging.utils import parse_wheel_filename

from hardener.project.python.installed import Chosen, Distribution, of_pdm, of_pipenv, of_poetry, of_uv
from hardener.project.python.markers import admits, holds, is_never
from hardener.project.python.wheels import Interpreter, has_wheel, is_pure
from tests.test_project import PROJECTS, Known, made

__all__ = ["made"]

PYTHONS = ("py3", "py2.py3", "py2", "cp312", "cp311", "cp38", "cp313", "py39", "py313")
ABIS = ("none", "abi3", "cp312", "cp311", "cp313t", "cp38")
PLATFORMS = (
    "any", "manylinux1_x86_64", "manylinux2014_x86_64", "manylinux_2_17_aarch64.manylinux2014_aarch64",
    "manylinux_2_28_x86_64", "manylinux_2_39_x86_64", "musllinux_1_1_x86_64", "musllinux_1_2_aarch64",
    "macosx_11_0_arm64", "win_amd64", "manylinux_2_17_i686",
)  # fmt: skip


def platforms(libc: str, machine: str) -> list[str]:
    if libc == "musl":
        return [f"musllinux_1_{minor}_{machine}" for minor in (2, 1, 0)]
    plain = [f"manylinux_2_{minor}_{machine}" for minor in range(36, 4, -1)]
    return [*plain, *(f"{old}_{machine}" for old in ("manylinux2014", "manylinux2010", "manylinux1"))]


@pytest.mark.parametrize("libc", ["glibc", "musl"])
@pytest.mark.parametrize("machine", ["x86_64", "aarch64"])
def test_a_wheel_fits_where_packaging_says_so(libc: str, machine: str) -> None:
    known = platforms(libc, machine)
    accepted = {*cpython_tags((3, 12), platforms=known), *compatible_tags((3, 12), "cp312", known)}
    python = Interpreter(12, libc, (2, 36), (machine,))
    for parts in itertools.product(PYTHONS, ABIS, PLATFORMS):
        name = f"some_name-1.0-{'-'.join(parts)}.whl"
        if "abi3" in parts and parts[0].startswith("py"):
            continue  # not a tag that exists
        wanted = bool(parse_wheel_filename(name)[3] & accepted)
        assert has_wheel((name,), python) is wanted, (name, libc, machine)


def test_every_architecture_needs_a_wheel() -> None:
    names = ("x-1-cp312-cp312-manylinux2014_x86_64.whl", "x-1.tar.gz")
    assert not has_wheel(names, Interpreter(12, "glibc", (2, 36)))
    assert has_wheel(names, Interpreter(12, "glibc", (2, 36), ("x86_64",)))
    assert has_wheel((*names, "x-1-7-py3-none-any.whl"), Interpreter(None, "glibc"))


def test_an_interpreter_that_is_not_known_takes_what_every_python_takes() -> None:
    unknown = Interpreter(None, "glibc", (2, 36), ("x86_64",))
    assert has_wheel(("x-1-cp38-abi3-manylinux_2_28_x86_64.whl",), unknown)
    assert not has_wheel(("x-1-cp312-cp312-manylinux_2_28_x86_64.whl",), unknown)
    assert not has_wheel(("x-1-cp312-abi3-manylinux_2_28_x86_64.whl",), unknown)
    assert is_pure(("x-1-py3-none-any.whl",))
    assert not is_pure(("x-1-cp312-abi3-manylinux_2_28_x86_64.whl",))


MARKERS = (
    "sys_platform == 'win32'", "sys_platform != 'win32'", "platform_system == \"Windows\" and python_version >= '3.8'",
    "python_full_version < '3.12'", "python_full_version >= '3.12'", "python_version < '3.13' or os_name == 'nt'",
    "(sys_platform == 'darwin' or sys_platform == 'linux') and implementation_name == 'cpython'",
    "'linux' == sys_platform", "python_version == '3.12'", "python_full_version == '3.12.*'", "python_version > '3.12'",
    "platform_python_implementation == 'PyPy'", "sys_platform in 'linux darwin'", "sys_platform not in 'linux2 linux'",
    "'3.11' > python_version", "python_version ~= '3.11'", "python_version != '3.12'", "python_version <= '3.12'",
)  # fmt: skip


@pytest.mark.parametrize("text", MARKERS)
def test_a_marker_holds_where_packaging_says_so(text: str) -> None:
    linux = {
        "sys_platform": "linux", "platform_system": "Linux", "os_name": "posix", "implementation_name": "cpython",
        "platform_python_implementation": "CPython",
    }  # fmt: skip
    for minor in (11, 12, 13):
        told = Marker(text).evaluate({**linux, "python_version": f"3.{minor}", "python_full_version": f"3.{minor}.4"})
        assert holds(text, minor) is told, (text, minor)


@pytest.mark.parametrize(
    "text", ["platform_machine == 'x86_64'", "extra == 'speed'", "python_full_version < '3.12.4'", "nonsense ((", "a"]
)
def test_what_depends_is_never_left_out(text: str) -> None:
    assert not is_never(text, 12)
    assert holds(text, 12) is None


@pytest.mark.parametrize("text", [">=3.11", ">=3.11,<4.0", ">=3.12, <3.14", "==3.12.*", "~=3.11", ">=3.12.3", "<3.12"])
def test_requires_python_admits_where_packaging_says_so(text: str) -> None:
    for minor in (11, 12, 13, 14):
        assert admits(text, minor) is (f"3.{minor}.99" in SpecifierSet(text)), (text, minor)


def test_requires_python_that_depends_on_the_patch_is_not_admitted() -> None:
    assert not admits("==3.12.3", 12)
    assert not admits("!=3.12.1", 12)
    assert not admits("3.12", 12)
    assert not admits(">=3.12.3", 12, 1)
    assert admits(">=3.12.3", 12, 3)


def test_a_marker_of_many_brackets_is_not_read() -> None:
    assert holds("(" * 100_000 + "os_name == 'nt'" + ")" * 100_000, 12) is None


@pytest.mark.parametrize("value", ["5", "'x'", "[5, 'x']", "[[1]]", "{ a = 1 }"])
def test_values_of_other_kinds_are_no_error(made, value: str) -> None:
    own = '\n[[package]]\nname = "own"\nsource = { virtual = "." }\n'
    keys = ("dependencies", "wheels", "files", "extras")
    lock = own + '[[package]]\nname = "one"\n' + "".join(f"{key} = {value}\n" for key in keys)
    files = made(
        **{"uv.lock": lock + f"[package.x]\ny = {value}\n", "poetry.lock": lock, "Pipfile.lock": '{"default": 5}'}
    )
    assert of_uv(files, "", Chosen(None, None), 12) == ()
    data = tomllib.loads(f"[tool.poetry]\ndependencies = {value}\n[dependency-groups]\ndev = {value}\n")
    assert of_poetry(files, "", data, Chosen(None, None), 12) is not None
    assert of_pipenv(files, "", development=True, minor=12) == ()


def test_poetry_group_that_includes_another(made) -> None:
    files = made(
        **{
            "poetry.lock": '[[package]]\nname = "inner"\nfiles = [{file = "inner-1-py3-none-any.whl"}]\n',
            "pyproject.toml": '[dependency-groups]\nci = [{include-group = "base"}, {include-group = "ci"}]\n'
            'base = ["Inner>=1", "gone ; sys_platform == \'win32\'"]\n',
        }
    )
    data = tomllib.loads(files.text("pyproject.toml"))
    found = of_poetry(files, "", data, Chosen(frozenset({"ci"}), main=False), 12)
    assert found is not None
    assert [(one.name, one.files) for one in found] == [("inner", ("inner-1-py3-none-any.whl",))]


def test_a_lock_that_lacks_what_is_wanted_says_so(made) -> None:
    files = made(**{"poetry.lock": ""})
    found = of_poetry(files, "", {"project": {"dependencies": ["Some_Thing"]}}, Chosen(), 12)
    assert found is not None
    assert [(one.name, one.files) for one in found] == [("some-thing", ())]
    assert of_uv(made(**{"uv.lock": "version = 1\n"}), "", Chosen(), 12) is None


def test_origins_of_uv(made) -> None:
    lock = (
        'version = 1\n[[package]]\nname = "own"\nsource = { editable = "." }\n'
        'dependencies = [{ name = "part" }, { name = "forked" }, { name = "by-url" }]\n'
        '[[package]]\nname = "part"\nsource = { editable = "libs/part" }\n'
        '[[package]]\nname = "forked"\nsource = { git = "https://example.org/f?rev=1#2" }\n'
        '[[package]]\nname = "by-url"\nsource = { url = "https://example.org/by_url-1-py3-none-any.whl" }\n'
        'wheels = [{ url = "https://example.org/by_url-1-py3-none-any.whl#sha256=0" }]\n'
    )
    found = of_uv(made(**{"uv.lock": lock}), "", Chosen(), 12) or ()
    assert {one.name: (one.origin, one.files) for one in found} == {
        "part": ("folder", ()),
        "forked": ("source", ()),
        "by-url": ("", ("by_url-1-py3-none-any.whl",)),
    }


@pytest.mark.parametrize("name", sorted(path.parent.name for path in PROJECTS.glob("*/uv.lock")))
def test_locks_of_uv_itself_are_read(name: str) -> None:
    found = of_uv(Known(PROJECTS / name), "", Chosen(None, None), 12)
    assert found
    assert all(one.files for one in found)


@pytest.mark.parametrize("name", sorted(path.parent.name for path in PROJECTS.glob("*/Pipfile.lock")))
def test_locks_of_pipenv_itself_are_read(name: str) -> None:
    files = Known(PROJECTS / name)
    few, many = (of_pipenv(files, "", development=told, minor=12) for told in (False, True))
    assert few
    assert many
    assert set(few) <= set(many)


@pytest.mark.parametrize(
    ("chosen", "minor", "names"),
    [
        (Chosen(), 12, ["idna", "own"]),
        (Chosen(None), 12, ["idna", "own", "iniconfig"]),
        (Chosen(), 7, ["idna", "old", "own"]),
    ],
)
def test_groups_of_pdm(made, chosen: Chosen, minor: int, names: list[str]) -> None:
    packages = (
        'name = "idna"\ngroups = ["default"]\nfiles = [{file = "idna-3.10-py3-none-any.whl", hash = "sha256:0"}]',
        'name = "old"\ngroups = ["default"]\nmarker = "python_version < \\"3.8\\""',
        'name = "own"\ngroups = ["default"]\npath = "./own"',
        'name = "iniconfig"\ngroups = ["dev"]',
    )
    files = made(**{"pdm.lock": "".join(f"[[package]]\n{text}\n" for text in packages)})
    found = of_pdm(files, "", chosen, minor)
    assert found is not None
    assert [one.name for one in found] == names
    assert found[0] == Distribution("idna", ("idna-3.10-py3-none-any.whl",))
    assert next(one.origin for one in found if one.name == "own") == "folder"
    assert of_pdm(files, "elsewhere", chosen, minor) is None
