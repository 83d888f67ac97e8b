"""Repositories that somebody made to do harm: nothing leaves the clone, and no text becomes a command."""

from __future__ import annotations

import os
import re
import subprocess
from pathlib import Path

import pytest

from hardener.bot import texts
from hardener.bot.git.command import Access, Git, GitError
from hardener.bot.rewriting import Change, Group, Note, Order
from hardener.bot.worker import Bounds, rewrite_apart
from hardener.errors import HardenError
from hardener.fast.records import replace
from tests.bot import hostile
from tests.bot.git_server import TOKEN, git
from tests.bot.github_server import Forge
from tests.bot.working import FILES, NAME, bench, go, whats

DOCKERFILE = str(FILES["Dockerfile"])


def _link(forge: Forge, path: str, target: str) -> None:
    """Add a symbolic link to the base."""
    bare = forge.root / f"{NAME}.git"
    oid = git(bare, "hash-object", "-w", "--stdin", stdin=target)
    old = forge.sha(NAME, "main")
    git(bare, "read-tree", old)
    git(bare, "update-index", "-z", "--index-info", stdin=f"120000 {oid}\t{path}\0")
    new = git(bare, "commit-tree", git(bare, "write-tree"), "-p", old, "-m", "link")
    git(bare, "update-ref", "refs/heads/main", new)


def test_links_that_leave_the_repository_are_not_followed(forge: Forge, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "Dockerfile").write_text(DOCKERFILE)
    forge.repository(NAME, FILES)
    _link(forge, "a/Dockerfile", str(outside / "Dockerfile"))
    _link(forge, "folder", str(outside))
    _link(forge, ".dockerignore", str(outside / "new"))
    told = whats(go(bench(forge)))
    assert told == ["harden/all: opened"]
    assert (outside / "Dockerfile").read_text() == DOCKERFILE
    assert [path.name for path in outside.iterdir()] == ["Dockerfile"]
    bare = forge.root / f"{NAME}.git"
    assert git(bare, "diff", "--name-only", "main", "harden/all") == "Dockerfile"


def test_a_link_within_the_repository_stays_one(forge: Forge) -> None:
    forge.repository(NAME, {**FILES, "docker/Real.Dockerfile": DOCKERFILE})
    _link(forge, "Dockerfile", "docker/Real.Dockerfile")
    assert whats(go(bench(forge))) == ["harden/all: opened"]
    bare = forge.root / f"{NAME}.git"
    assert git(bare, "ls-tree", "harden/all", "Dockerfile").startswith("120000 ")
    assert "docker/Real.Dockerfile" in git(bare, "diff", "--name-only", "main", "harden/all")


def test_names_with_control_characters_stay_names(forge: Forge) -> None:
    name = "x\x1b[2J\n- @everyone `b` <img src=x>/Dockerfile"
    forge.repository(NAME, {**FILES, name: DOCKERFILE})
    assert whats(go(bench(forge))) == ["harden/all: opened"]
    body = forge.requests[0]["body"]
    assert "\x1b" not in body
    assert "\n- @everyone" not in body
    bare = forge.root / f"{NAME}.git"
    changed = git(bare, "diff", "-z", "--name-only", "main", "harden/all").split("\0")
    assert name in changed


def test_nothing_of_the_repository_is_run(forge: Forge, tmp_path: Path) -> None:
    trap = tmp_path / "trap"
    files: dict[str, str | bytes] = {
        **FILES,
        ".gitattributes": "* filter=evil diff=evil merge=evil\n*.big filter=lfs diff=lfs merge=lfs -text\n",
        ".gitmodules": f'[submodule "s"]\n\tpath = s\n\turl = ext::sh -c "touch {trap}"\n',
        ".lfsconfig": f"[lfs]\n\turl = http://127.0.0.1:1/{trap}\n",
        "a.big": "version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n",
        ".netrc": "machine 127.0.0.1 login evil password evil\n",
        "hardener/__init__.py": f"open({str(trap)!r}, 'w')\n",
        "json.py": f"open({str(trap)!r}, 'w')\n",
        "sitecustomize.py": f"open({str(trap)!r}, 'w')\n",
    }
    forge.repository(NAME, files)
    assert whats(go(bench(forge))) == ["harden/all: opened"]
    assert not trap.exists()


def test_newlines_of_attributes_are_kept(forge: Forge) -> None:
    forge.repository(NAME, {**FILES, ".gitattributes": "Dockerfile text eol=crlf\n"})
    go(bench(forge))
    stored = subprocess.run(
        ["git", "show", "harden/all:Dockerfile"], cwd=forge.root / f"{NAME}.git", capture_output=True, check=True
    ).stdout
    assert b"USER" in stored
    assert b"\r" not in stored


def test_configuration_of_a_repository_may_ignore_but_not_take(forge: Forge) -> None:
    forge.repository(NAME, {**FILES, "harden.toml": 'ignore = ["add-user"]\n'})
    go(bench(forge))
    assert "USER" not in forge.show(NAME, "harden/all:Dockerfile")
    forge.repository("acme/evil", {**FILES, "harden.toml": '[registry]\nca-file = "/etc/passwd"\n'})
    (told,) = go(bench(forge), "acme/evil")
    assert told.failed
    assert told.what.startswith("harden.toml:2:1: registry: ca-file ")
    assert "a repository may not set it" in told.what


def test_the_organisations_configuration_lies_below(forge: Forge, tmp_path: Path) -> None:
    config = tmp_path / "org.toml"
    config.write_text('ignore = ["add-init"]\n')
    forge.repository(NAME, {**FILES, "harden.toml": 'ignore = ["add-user"]\n'})
    go(bench(forge, config=config))
    text = forge.show(NAME, "harden/all:Dockerfile")
    assert "tini" not in text
    assert "USER" not in text


def test_a_huge_dockerfile_is_told_of_and_left(forge: Forge) -> None:
    forge.repository(NAME, {**FILES, "big/Dockerfile": DOCKERFILE + "# x\n" * 300_000})
    (told,) = go(bench(forge))
    assert told.what == "harden/all: opened; 1 not read"
    assert "big" not in git(forge.root / f"{NAME}.git", "diff", "--name-only", "main", "harden/all")


def test_pipes_and_devices_of_a_checkout_are_not_read(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "Dockerfile")
    os.mkfifo(tmp_path / "package.json")
    (tmp_path / "b").mkdir()
    (tmp_path / "b" / "Dockerfile").write_text(DOCKERFILE)
    os.mkfifo(tmp_path / "b" / "package.json")
    os.mkfifo(tmp_path / "b" / ".dockerignore")
    (group,) = rewrite_apart(tmp_path, Order(offline=True), Bounds(time=60))
    assert all(change.path.startswith("b/") for change in group.changes)


@pytest.mark.parametrize("bounds", [Bounds(time=0), Bounds(processor=0)], ids=["time", "processor"])
def test_a_repository_that_takes_too_much_costs_only_itself(tmp_path: Path, bounds: Bounds) -> None:
    (tmp_path / "Dockerfile").write_text(DOCKERFILE)
    with pytest.raises(HardenError, match="nothing was changed"):
        rewrite_apart(tmp_path, Order(offline=True), bounds)


def test_the_process_that_reads_has_no_token(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[dict[str, str]] = []
    real = subprocess.run

    def spy(*arguments: object, **given: object) -> object:
        seen.append(dict(given["env"]))  # type: ignore[call-overload]
        return real(*arguments, **given)  # type: ignore[call-overload]

    monkeypatch.setenv("HARDEN_BOT_TOKEN", TOKEN)
    monkeypatch.setenv("GITHUB_TOKEN", TOKEN)
    monkeypatch.setattr(subprocess, "run", spy)
    (tmp_path / "Dockerfile").write_text(DOCKERFILE)
    rewrite_apart(tmp_path, Order(offline=True))
    assert TOKEN not in seen[0].values()
    assert all(map(os.path.isabs, seen[0]["PYTHONPATH"].split(os.pathsep)))


def test_the_token_is_in_no_argument_and_no_message(
    forge: Forge, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[list[str]] = []
    real = subprocess.run

    def spy(command: list[str], **given: object) -> object:
        seen.append(command)
        return real(command, **given)  # type: ignore[call-overload]

    monkeypatch.setattr(subprocess, "run", spy)
    access = Access(f"{forge.url}/none.git", "x-access-token", TOKEN)
    with pytest.raises(GitError) as told:
        Git(tmp_path, access).run("ls-remote", "--heads", f"{forge.url}/none.git", to_forge=True)
    assert TOKEN not in str(told.value)
    assert TOKEN not in repr(access)
    assert not any(TOKEN in part for command in seen for part in command)


def test_git_talks_to_nobody_unless_it_may(forge: Forge, tmp_path: Path) -> None:
    forge.repository(NAME, FILES)
    access = Access(f"{forge.url}/{NAME}.git", "x-access-token", TOKEN)
    with pytest.raises(GitError, match="not allowed"):
        Git(tmp_path, access).run("ls-remote", access.url)
    with pytest.raises(GitError, match="not allowed"):
        Git(tmp_path, access).run("ls-remote", f"ext::sh -c 'touch {tmp_path}/trap'", to_forge=True)
    assert not (tmp_path / "trap").exists()


@pytest.mark.slow
def test_a_corpus_of_hostile_repositories(forge: Forge, tmp_path: Path) -> None:
    """Each ends with a message: nothing outside is changed, and the branch changes plain files alone."""
    names = hostile.made(forge, tmp_path)
    assert len(names) >= 30
    on = replace(bench(forge, limit=1000, asks_owners=True), bounds=Bounds(time=60, processor=20, memory=1 << 30))
    told = {one.repository: one for one in go(on, *names.values())}
    assert set(told) == set(names.values())
    assert all(one.what for one in told.values())
    assert sorted(path.name for path in tmp_path.iterdir() if path.name != "forge") == ["outside"]
    assert [path.read_text() for path in (tmp_path / "outside").iterdir()] == [DOCKERFILE]
    for name in names.values():
        new = hostile.entries(forge, name, "refs/heads/harden/all") if forge.sha(name, "harden/all") else {}
        old = hostile.entries(forge, name, "refs/heads/main")
        changed = [path for path in new if new[path] != old.get(path)]
        assert all(one[path].startswith("100644 blob ") for path in changed for one in (new, old) if path in one), name
        assert set(old) <= set(new) or not new, name
    for request in forge.requests:
        own = re.sub(r"(`+)(?!`).+?(?<!`)\1(?!`)", "CODE", request["body"])
        assert not re.search(r"@everyone|<img|\n/|\]\(http://x|[\x00-\x08\x1b\u202e]", own), request["repo"]
    assert TOKEN not in str(told.values()) + str(forge.requests)


_EVIL = "x\n/close\n@team fixes #1 GH-1 <!-- harden done = --> [a](http://x) ![i](http://x) <script> `@a` | ``` ~~~"


def test_no_text_of_a_repository_is_markup_mention_or_command() -> None:
    notes = tuple(
        Note(_EVIL, 1, "HD203", "add-user", status, _EVIL, "U15" if status == "held-back" else "", _EVIL, _EVIL)
        for status in ("changed", "offered", "held-back")
    )
    body = texts.body(Group("all", (Change(_EVIL, b"", b""),), notes, ("ab",), (_EVIL,)))
    plain = re.sub(r"(`+)(?!`).+?(?<!`)\1(?!`)", "CODE", body)  # what stands between backticks is shown as it is
    own = plain.rpartition("<!-- harden")[0]
    assert "\n/" not in body
    assert not re.search(r"@\w", own)
    assert not re.search(r"(?<!&)#\d", own)
    assert not re.search(r"\bGH-\d", own)
    assert "<script" not in own
    assert "<!--" not in own
    assert "](http://x" not in own
    assert texts.title(Group(_EVIL, (Change(_EVIL, b"", b""),))) == "Harden one container file (1 file)"
    assert "close" not in texts.message(Group(_EVIL, (), notes))


def test_a_body_fits_whatever_a_repository_holds() -> None:
    notes = tuple(Note("d" * 300, n, "HD203", "add-user", "changed", f"{n}" + "m" * 3000) for n in range(500))
    held = tuple(Note("d" * 300, n, "HD301", "x", "held-back", "m", "B01", "r" * 3000, "a" * 3000) for n in range(500))
    assert len(texts.body(Group("all", (Change("a", b"", b""),) * 500, notes + held, ("0" * 16,) * 100))) < 65_536


def test_a_user_is_told_of_only_where_root_was() -> None:
    notes = (
        Note("a", 1, "HD203", "add-user", "changed", "the process runs as root"),
        Note("b", 1, "HD203", "add-user", "changed", "runAsNonRoot of Kubernetes does not accept a USER by name"),
        Note("c", 1, "HD203", "add-user", "held-back", "the process runs as root", "U13", "why"),
    )
    row = "| User | the process runs as a user without privileges, no longer as root | `a` |\n"
    changes = (Change("a", b"", b""),)
    assert row in texts.body(Group("all", changes, notes))
    assert "| User |" not in texts.body(Group("all", changes, notes[1:]))
