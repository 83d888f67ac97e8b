"""Patterns that are compiled at their first use: each is right, and none is compiled before."""

from __future__ import annotations

import ast
import pkgutil
import re
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pytest

import hardener
from hardener.fast.patterns import regex
from hardener.rules.add_user import root_home
from hardener.rules.split_stages import languages


def stand_ins(value: object) -> list[object]:
    """Return the patterns in a module's constant."""
    if type(value).__module__ == "hardener.fast.patterns":
        return [value]
    if isinstance(value, dict):
        return [p for part in value.values() for p in stand_ins(part)]
    return [p for part in value for p in stand_ins(part)] if isinstance(value, list | tuple) else []


def test_every_pattern_compiles() -> None:
    found = []
    for module in pkgutil.walk_packages(hardener.__path__, "hardener."):
        if not module.name.endswith(("__main__", "syntax.dockerfile.generate")):
            for value in vars(import_module(module.name)).values():
                found += stand_ins(value)
    assert len(found) > 150
    for pattern in found:
        re.compile(pattern.pattern, pattern._flags)  # type: ignore[attr-defined]


def test_a_pattern_does_what_a_compiled_one_does() -> None:
    pattern = regex(r"(?P<a>\w)b", re.IGNORECASE)
    assert pattern.pattern == r"(?P<a>\w)b"
    assert pattern.findall("xB yb") == ["x", "y"]
    assert pattern.sub("-", "xB yb") == "- -"
    assert pattern.flags & re.IGNORECASE
    assert pattern.groupindex == {"a": 1}
    found = pattern.search("--zb")
    assert found is not None
    assert found.re is re.compile(r"(?P<a>\w)b", re.IGNORECASE)


def test_a_wrong_pattern_says_so_at_its_first_use() -> None:
    with pytest.raises(re.error):
        regex("(").match("")


def test_nothing_is_compiled_by_loading_the_rules() -> None:
    code = (
        "import re._compiler as c; real = c.compile; n = []\n"
        "def count(p, flags=0): n.append(str(p)); return real(p, flags)\n"
        "c.compile = count\n"
        "import hardener.cli.running; from hardener.rules import all_rules; all_rules(); print(len(n), n)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert int(done.stdout.split()[0]) < 12, done.stdout


@pytest.mark.parametrize("path", sorted(Path(hardener.__file__).parent.rglob("*.py")), ids=lambda p: p.stem)
def test_functions_of_re_get_no_stand_in(path: Path) -> None:
    """They take compiled patterns and text only, which no type checker sees here."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    named = {
        target.id
        for node in tree.body
        if isinstance(node, ast.Assign) and "regex(" in ast.unparse(node.value)
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and ast.unparse(node.func).startswith("re.") and node.args:
            used = {part.id for part in ast.walk(node.args[0]) if isinstance(part, ast.Name)}
            assert not used & named, f"{path.name}:{node.lineno}"


def test_the_languages_of_split_stages_are_all_there() -> None:
    for module, name, language, parts in languages._KNOWN:
        ecosystem = getattr(import_module(f"hardener.rules.split_stages.languages.{module}"), name)
        assert ecosystem.name
        assert language or parts


def test_the_hints_of_what_lies_in_roots_home_leave_nothing_out() -> None:
    """Wherever the pattern matches one of the hints stands: an alternative that is added needs one."""
    texts = [
        text
        for path in sorted(Path("tests/rules").rglob("*.Dockerfile"))
        for text in path.read_text(errors="replace").split("\n")
    ]
    examples = (
        "/root/.cache", "~/x", "$HOME", "${HOME}", "pip install --user x", "nvm use", "rustup-init", "sh.rustup.rs",
        "playwright install chromium", "pipx install x", "poetry install", "pipenv sync", "uv python install 3",
        "spacy download en --user", "nltk.download", "nltk.downloader", "from_pretrained", "hf download",
        "huggingface-cli download", "snapshot_download", "get.sdkman.io", "bun.sh/install", "deno.land/x/install",
        "composer global", "dotnet tool install -g", "corepack enable", "mix local.hex", "torch.hub",
    )  # fmt: skip
    pattern = root_home._ROOT_HOME
    assert all(pattern.search(text) for text in examples)
    for text in (*texts, *examples):
        assert not pattern.search(text) or any(hint in text for hint in root_home._HINTS), text
