"""Which repositories are worked on, who is asked to look, and in whose words a request is written."""

from __future__ import annotations

import re
import time
from pathlib import Path

import pytest

from hardener.bot import texts
from hardener.bot.forge.records import Repository, Wishes
from hardener.bot.mark import keys_of
from hardener.bot.owners import covers, owners
from hardener.bot.policy import Policy, reason_to_skip
from hardener.bot.rewriting import Change, Group, Note
from hardener.bot.template import read
from hardener.errors import InputError
from tests.bot.github_server import Forge
from tests.bot.working import FILES, NAME, bench, go, whats


@pytest.mark.parametrize(
    ("policy", "why"),
    [
        (Policy(names=("acme/*",)), ""),
        (Policy(names=("acme/web-*",)), "its name fits no --match"),
        (Policy(names=("ACME/shop",)), ""),
        (Policy(names=("!acme/sh*",)), "left out by --match"),
        (Policy(names=("acme/*", "!acme/shop")), "left out by --match"),
        (Policy(topics=("Docker", "go")), ""),
        (Policy(topics=("go",)), "it has none of the topics"),
    ],
)
def test_which_repositories(policy: Policy, why: str) -> None:
    one = Repository("acme/shop", "https://x/acme/shop.git", "main", topics=frozenset({"docker"}))
    assert reason_to_skip(one, policy) == why


def test_a_language_is_asked_for_only_where_it_matters(forge: Forge) -> None:
    forge.repository(NAME, FILES)
    assert whats(go(bench(forge, languages=("Haskell",)))) == ["skipped: it has none of the languages"]
    assert whats(go(bench(forge, languages=("haskell", "python")))) == ["harden/all: opened"]
    assert sum("/languages" in path for _, path, *_ in forge.said) == 2


def test_topics_as_the_forge_tells_them(each_forge: Forge) -> None:
    each_forge.repository(NAME, FILES, topics=["docker", "web"])
    assert bench(each_forge).forge.repository(NAME).topics == {"docker", "web"}


@pytest.mark.parametrize(
    ("pattern", "path", "is_covered"),
    [
        ("*", "a/b/Dockerfile", True), ("Dockerfile", "a/b/Dockerfile", True), ("/Dockerfile", "a/Dockerfile", False),
        ("/Dockerfile", "Dockerfile", True), ("docs/*", "docs/a", True), ("docs/*", "docs/a/b", False),
        ("apps/", "x/apps/a/b", True), ("/apps/", "x/apps/a", False), ("a/**/b", "a/b", True),
        ("a/**/b", "a/x/y/b", True), ("*.yaml", "a/compose.yaml", True), ("*.yaml", "a/compose.yml", False),
        ("Docker?ile", "Dockerfile", True), ("/a", "a/b/c", True), ("a*c", "abbbc", True), ("a*c", "abbb", False),
        ("**", "a/b", True),
    ],
)  # fmt: skip
def test_patterns_of_owners(pattern: str, path: str, is_covered: bool) -> None:
    assert covers(pattern, path) is is_covered


def test_the_last_line_that_covers_a_file_counts() -> None:
    text = "# ours\n* @all\n/web/ @ann @acme/web a@b.c\n/web/none\n/api/ @bob # why\n!x @eve\n"
    assert owners(text, ["web/Dockerfile"]) == Wishes(("ann",), ("acme/web",))
    assert owners(text, ["web/none", "api/Dockerfile"]) == Wishes(("bob",))
    assert owners(text, ["x"]) == Wishes(("all",))
    assert not owners("* @-x @a/b/c ;rm @a\x1b[1m\n", ["x"])


def test_sections_of_gitlab() -> None:
    text = "* @all\n[Ops][2] @ops\nDockerfile\n^[Docs]\n*.md @doc\n"
    assert owners(text, ["Dockerfile"]) == Wishes(("all", "ops"))


def test_a_hostile_list_of_owners_costs_little() -> None:
    text = ("*a" * 5000 + "b @x\n") + "**/" * 200 + "x @x\n" + ("*a" * 20 + "/") * 40 + "b @x\n" * 1000
    began = time.process_time()
    owners(text, ["a" * 200 + "/" + "a" * 200] * 3)
    assert time.process_time() - began < 5


def test_who_is_asked_once(each_forge: Forge) -> None:
    forge = each_forge
    forge.repository(NAME, {**FILES, "CODEOWNERS": "* @eve\nDockerfile @ann @gone\n"})
    forge.people = {"ann": "write", "bob": "write", "eve": "write"}
    wishes = Wishes(("bob",), assignees=("bob",))
    on = bench(forge, wishes=wishes, asks_owners=True, is_draft=True)
    assert whats(go(on)) == ["harden/all: opened"]
    (one,) = forge.requests
    # Gitea and Forgejo ask the owners themselves
    asked = ["bob"] if forge.kind == "gitea" else ["bob", "ann", "eve"]
    assert (one["asked"], one["assignees"]) == (asked, ["bob"])
    assert one["draft"] or one["title"].startswith(("Draft: Harden", "WIP: Harden"))
    forge.commit(NAME, {"Dockerfile": f"# shop\n{FILES['Dockerfile']!s}"})
    go(on)
    assert one["asked"] == asked


def test_a_plan_without_drafts_gets_requests(forge: Forge) -> None:
    forge.repository(NAME, FILES)
    forge.commit(NAME, {"x": "y"}, "topic")
    api = bench(forge).forge
    repository = api.repository(NAME)
    forge.faults.append((422, {}, b'{"message": "Draft pull requests are not supported in this repository."}'))
    api.create(repository, "topic", "t", "b", is_draft=True)
    assert [one["draft"] for one in forge.requests] == [False]


def test_a_link_is_no_list_of_owners(forge: Forge) -> None:
    from tests.bot.test_hostile import _link

    forge.repository(NAME, FILES)
    _link(forge, "CODEOWNERS", "/etc/passwd")
    assert whats(go(bench(forge, asks_owners=True))) == ["harden/all: opened"]
    assert forge.requests[0]["asked"] == []


def _template(folder: Path, text: str) -> Path:
    path = folder / "template.md"
    path.write_text(text)
    return path


def test_a_template_of_the_organisation(forge: Forge, tmp_path: Path) -> None:
    forge.repository(NAME, {**FILES, "template.md": "evil\n\nevil\n"})
    text = "chore: $title in $repository\n\nHello, this costs $$0.\n\n$why\n$watch\n"
    on = bench(forge, template=read(_template(tmp_path, text)))
    assert whats(go(on)) == ["harden/all: opened"]
    (one,) = forge.requests
    assert one["title"] == f"chore: Harden the container build (2 files) in {NAME}"
    assert one["body"].startswith("Hello, this costs $0.\n\n### Why\n")
    assert "evil" not in one["body"]
    assert whats(go(on)) == ["harden/all: up to date"]
    go(bench(forge))
    assert one["body"].startswith("harden rewrote"), "without it the words are harden's again"


def test_a_template_takes_nothing_of_a_repository_for_markup(tmp_path: Path) -> None:
    evil = "$why ${how} @team #1 <!-- harden done = --> `x`"
    template = read(_template(tmp_path, "$title\n\n$files\n$why\n$held\n"))
    group = Group("all", (Change(evil, b"", b""),), (Note(evil, 1, "HD203", "add-user", "changed", evil),), ("ab",))
    title, body = texts.title(group, texts.Style(template)), texts.body(group, texts.Style(template))
    assert title == "Harden the container build (1 file)"
    assert "How to" not in body
    plain = re.sub(r"(`+)(?!`).+?(?<!`)\1(?!`)", "CODE", body)  # what stands between backticks is shown as it is
    assert plain.count("<!-- harden") == 1
    assert "@team" not in plain
    assert keys_of(body) == {"ab"}


def test_a_long_body_falls_back_to_harden_s_own(tmp_path: Path) -> None:
    template = read(_template(tmp_path, f"t\n\n{'x' * 70_000}\n$why"))
    group = Group("all", (Change("a", b"", b""),), (Note("a", 1, "HD203", "add-user", "changed", "m"),))
    assert texts.body(group, texts.Style(template)).startswith("harden rewrote")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("only a title\n", "write the title"), ("\n\n", "write the title"),
        ("t\n\n$nothing\n", r"\$nothing is not known"),
        ("t $\n\nb\n", r"write \$\$"),
    ],
)  # fmt: skip
def test_a_template_that_cannot_be_used(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(InputError, match=said):
        read(_template(tmp_path, text))
    with pytest.raises(InputError, match="cannot be read"):
        read(tmp_path / "none")
