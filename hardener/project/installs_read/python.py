"""What an installation with pip, uv, Poetry, PDM or Pipenv reads of the build context (C15)."""

from __future__ import annotations

import re
from typing import Any

from hardener.errors import Refusal
from hardener.packages.installs import Install
from hardener.project.context import Files
from hardener.project.installs_read.needs import Needs, Reader, held_back, present
from hardener.project.node.package_json import inside
from hardener.project.python import manifests
from hardener.project.python.manifests import table
from hardener.project.texts import joined, toml_of

_ITSELF = "it installs the project itself, and reads all of its sources"


def pip_needs(files: Files, install: Install, folder: str) -> Needs | Refusal:
    """Return the requirements files with all that they include."""
    paths: dict[str, None] = {}
    local: list[str] = []
    for name in (*install.values("-r", "--requirement"), *install.values("-c", "--constraint")):
        found = manifests.read_requirements(files, inside(folder, name))
        if not found.is_known:
            return held_back(f"cannot read {inside(folder, name)} or a file that it includes")
        paths.update(found.paths)
        # what may be installed in its place (C16)
        paths.update(dict.fromkeys(present(files, "", manifests.compiled_names(inside(folder, name)))))
        local += found.local
    local += [v for v in install.values("-e", "--editable", "-f", "--find-links") if "://" not in v]
    for name in local:
        path = inside(folder, name)
        if path in (folder, "."):
            return held_back(_ITSELF, "install the requirements and the project in two steps")
        if path.startswith("..") or not files.has(path):
            return held_back(f"it installs {name}, which is not in the build context")
        paths[path] = None
    targets = [inside(folder, v) for v in install.values("-t", "--target", "--prefix") if not v.startswith("/")]
    return Needs(tuple(paths), tuple(targets))


def uv_needs(files: Files, install: Install, folder: str) -> Needs | Refusal:
    """Return pyproject.toml, the lock file and settings, if the project itself is not installed."""
    data = manifests.pyproject(files, folder)
    if data is None:
        return held_back(f"cannot read {joined(folder, 'pyproject.toml')}")
    settings = table(data, "tool", "uv")
    if "workspace" in settings or any("path" in s for s in table(settings, "sources").values() if isinstance(s, dict)):
        return held_back("it installs other folders of the project")
    is_package = settings.get("package", "build-system" in data)
    if is_package and not install.has("--no-install-project"):
        return held_back(_ITSELF, "run `uv sync --no-install-project` before the sources are copied")
    if is_package and table(data, "project").get("dynamic") and not install.has("--frozen"):
        return held_back("the metadata is dynamic: the project is built to know it", "add --frozen")
    names = ("pyproject.toml", "uv.lock", "uv.toml", ".python-version")
    return Needs(tuple(present(files, folder, names)), (joined(folder, ".venv"),))


def poetry_needs(files: Files, install: Install, folder: str) -> Needs | Refusal:
    """Return pyproject.toml, the lock file and settings, if the project itself is not installed."""
    data = manifests.pyproject(files, folder)
    if data is None:
        return held_back(f"cannot read {joined(folder, 'pyproject.toml')}")
    poetry = table(data, "tool", "poetry")
    if poetry.get("package-mode") is not False and not install.has("--no-root"):
        return held_back(_ITSELF, "add --no-root, and install the project after the sources are copied")
    groups = [table(group, "dependencies") for group in table(poetry, "group").values()]
    entries: list[Any] = [v for t in (table(poetry, "dependencies"), *groups) for v in t.values()]
    if any(isinstance(entry, dict) and "path" in entry for entry in entries):
        return held_back("it installs other folders of the project")
    names = ("pyproject.toml", "poetry.lock", "poetry.toml")
    return Needs(tuple(present(files, folder, names)), (), (joined(folder, ".venv"),))


def pdm_needs(files: Files, install: Install, folder: str) -> Needs | Refusal:
    """Return pyproject.toml, the lock file and settings, if the project itself is not installed."""
    data = manifests.pyproject(files, folder)
    if data is None:
        return held_back(f"{joined(folder, 'pyproject.toml')} cannot be read")
    settings = table(data, "tool", "pdm")
    if settings.get("distribution") is not False and not install.has("--no-self"):
        return held_back(_ITSELF, "add --no-self, and install the project after the sources are copied")
    lock = files.text(joined(folder, "pdm.lock")) or ""
    if "file://" in str(data) or re.search(r"(?m)^(path|editable) *=", lock):
        return held_back("it installs other folders of the project")
    if install.has("-p", "--project", "-L", "--lockfile", "--override", "-c", "--config") or "plugins" in settings:
        return held_back("it reads files that are not known")
    names = ("pyproject.toml", "pdm.lock", "pdm.toml", ".python-version")
    writes = (joined(folder, ".venv"), joined(folder, "__pypackages__"))
    return Needs(tuple(present(files, folder, names)), (), writes)


def pipenv_needs(files: Files, install: Install, folder: str) -> Needs | Refusal:
    """Return Pipfile and Pipfile.lock."""
    data = toml_of(files, joined(folder, "Pipfile"))
    if data is None:
        return held_back(f"cannot read {joined(folder, 'Pipfile')}")
    entries = [v for t in (table(data, "packages"), table(data, "dev-packages")) for v in t.values()]
    if any(isinstance(entry, dict) and "path" in entry for entry in entries):
        return held_back("it installs other folders of the project")
    return Needs(tuple(present(files, folder, ("Pipfile", "Pipfile.lock"))), (), (joined(folder, ".venv"),))


NEEDS: dict[str, Reader] = {
    "pip": pip_needs,
    "uv": uv_needs,
    "poetry": poetry_needs,
    "pdm": pdm_needs,
    "pipenv": pipenv_needs,
}
