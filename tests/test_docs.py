"""The documentation of each rule is its docstring; its example is run, and docs/rules.md is made of it."""

from __future__ import annotations

import inspect
import re
from pathlib import Path

import pytest

from hardener import Options, harden
from hardener.image.config import Effect
from hardener.lookups.build_context import BuildContext
from hardener.rules import all_rules, every_rule
from hardener.rules.base import AnyRule, Rule
from hardener.rules.compose.base import ComposeRule
from hardener.rules.definitions.base import DefinitionRule
from hardener.rules.kubernetes.base import ManifestRule
from tests.answers import answers
from tests.corpus import ROOT
from tests.readme import README, readme
from tests.test_compose import limits

HEADINGS = ["## What it does", "## Why", "## Example", "## Fix safety", "## When it only reports"]
_ID = re.compile(r"\b[A-Z]\d\d\b")
_HELD_BACK = re.compile(r'Refusal\(\s*"([A-Z]\d\d)"')
_RANGE = re.compile(r"\b([A-Z])(\d\d) to [A-Z](\d\d)")
TEXT = re.compile(r"```text\n(.*?)```", re.DOTALL)
FENCE = re.compile(r"```(?:dockerfile|yaml|hcl|jsonc)\n(.*?)```", re.DOTALL)


def page(rule: type[AnyRule]) -> str:
    import inspect

    return inspect.cleandoc(rule.__doc__ or "")


@pytest.mark.parametrize("rule", every_rule(), ids=lambda r: r.name)
def test_docstring_has_the_headings_in_order(rule: type[AnyRule]) -> None:
    found = [line for line in page(rule).splitlines() if line.startswith("## ")]
    assert found == HEADINGS
    assert re.fullmatch(r"HD\d{3}", rule.code)
    assert re.fullmatch(r"[a-z]+(-[a-z]+)*", rule.name)
    assert len({r.code for r in every_rule()}) == len(every_rule()) == len({r.name for r in every_rule()})


@pytest.mark.parametrize("rule", every_rule(), ids=lambda r: r.name)
def test_the_example_of_the_docstring_is_what_happens(rule: type[AnyRule]) -> None:
    before, after = (FENCE.findall(page(rule)) + TEXT.findall(page(rule)))[:2]
    is_compose, is_manifest = issubclass(rule, ComposeRule), issubclass(rule, ManifestRule)
    changes_files = issubclass(rule, Rule) and rule.effects == {Effect.FILES}
    is_definition = issubclass(rule, DefinitionRule)
    kind = "compose" if is_compose else "manifests" if is_manifest else "definitions" if is_definition else "rules"
    cases = ROOT / "tests" / kind / rule.name
    folder = cases / "example.context"
    resolve = BuildContext(folder) if folder.is_dir() else None
    chosen = Options(
        level=rule.safety,
        select=frozenset({rule.name}),
        resolve=resolve,
        answers=answers(cases),
        other_files=True,
        limits=limits(cases),
    )
    definition = "devcontainer.json" if "```jsonc" in page(rule) else "docker-bake.hcl"
    name = "compose.yaml" if is_compose else "web.yaml" if is_manifest else definition if is_definition else None
    result = harden(before, filename=name, options=chosen)
    if changes_files:
        assert [change.after for change in result.changes] == [after]
    elif rule.announced():
        assert result.code == after
    else:  # it only reports: the first example, and not the second
        assert result.code == before
        assert [finding.rule for finding in result.held_back] == [rule.name]
        assert harden(after, filename=name, options=chosen).findings == ()


@pytest.mark.parametrize("rule", all_rules(), ids=lambda r: r.name)
def test_each_rule_has_its_cases(rule: type[Rule]) -> None:
    folder = Path(__file__).parent / "rules" / rule.name
    cases = sorted(folder.glob("*.Dockerfile"))
    assert len(cases) >= 8
    assert all(case.with_suffix(".diff").exists() for case in cases)
    assert any(case.with_suffix(".diff").read_text().count("held back") for case in cases)


def test_rules_page_is_in_step() -> None:
    from hardener.output.rules import markdown

    assert (ROOT / "docs" / "rules.md").read_text(encoding="utf-8") == markdown(), (
        "run python -m hardener.output.rules > docs/rules.md"
    )


def test_the_readme_shows_what_is_printed() -> None:
    assert README.read_text(encoding="utf-8") == readme(), "run python -m tests.readme"


def test_the_readme_sets_up_with_two_commands_and_ci_runs_them() -> None:
    section = (ROOT / "README.md").read_text(encoding="utf-8").partition("## Set up, run, test")[2].partition("## ")[0]
    commands = re.findall(r"^\$ (.*)$", section, re.MULTILINE)
    assert len(commands) == 2
    assert commands[0].endswith(".venv/bin/harden examples/article/Dockerfile --diff")
    assert commands[1] == ".venv/bin/pytest -n auto"
    ci = (ROOT / ".ci" / "run").read_text(encoding="utf-8")
    assert 'bash -c "${readme[0]}"' in ci
    assert 'bash -c "${readme[1]}"' in ci


@pytest.mark.parametrize("rule", every_rule(), ids=lambda rule: rule.name)
def test_the_page_names_each_reason_of_the_code(rule: type[AnyRule]) -> None:
    """The ids that the files of the rule use stand on its page, as far as they are its own."""
    file = Path(inspect.getfile(rule))
    inner = [other.parent for other in file.parent.glob("*/rule.py")] if file.name == "rule.py" else []
    files = [file] if file.name != "rule.py" else file.parent.rglob("*.py")
    files = [path for path in files if not any(path.is_relative_to(folder) for folder in inner)]
    used = {name for path in files for name in _HELD_BACK.findall(path.read_text(encoding="utf-8"))}
    page = _RANGE.sub(_spelled, (rule.__doc__ or "").partition("## When it only reports")[2])
    assert used - set(_ID.findall(page)) == set()


def _spelled(found: re.Match[str]) -> str:
    """Return each id of "S13 to S18"."""
    return " ".join(f"{found[1]}{number:02}" for number in range(int(found[2]), int(found[3]) + 1))
