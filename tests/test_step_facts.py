"""What merge-run reads in one RUN: package managers, downloads, what is made, deleted and changed (M21, M22)."""

from __future__ import annotations

import pytest

from hardener import Options, Safety, harden
from hardener.rules.merge_run.apart import apart
from hardener.rules.merge_run.steps import StepFacts, is_undone, step_facts
from hardener.rules.merge_run.worth import Why, alike, read_step, spans
from hardener.shell import Body, parse_shell
from hardener.syntax.dockerfile.parser import parse
from tests.parts import last

SITE = "https://x.org"


def step(text: str) -> StepFacts:
    """Return what the commands of a text do."""
    body = parse_shell(text)
    assert isinstance(body, Body)
    return step_facts(body)


def facts(text: str) -> dict[str, list[str]]:
    """Return what is there to say of a text, without the names of its commands."""
    found = step(text)
    fields = {name: sorted(getattr(found, name)) for name in found.__slots__ if name != "tools"}
    return {name: value for name, value in fields.items() if value}


@pytest.mark.parametrize(
    ("text", "labels"),
    [
        ("node --version", []), ("node version", []), ("node -v", []), ("node help", []),
        ("node --version x", ["work"]),
        ("./setup_20.x", ["work"]),
        ("uv pip install x", ["pip"]), ("corepack pnpm install", ["npm"]), ("uv run pytest", ["work"]),
        ("/usr/bin/make all", ["work"]),
        ("sh -c 'make'", ["work"]), ("sh -c true", []), ("sh -ec true", []),
        ("sh true", ["work"]), ("sh -c true x", ["work"]), ("sh -x true", ["work"]), ("sh xc true", ["work"]),
        ("python3 -m venv /v", []), ("python3 -m compileall .", ["work"]), ("python3 -m pip install x", ["pip"]),
        (". /etc/os-release", []), (". /etc/lsb-release", []), (". /opt/env", []), (". /root/.profile", []),
        (". /etc/profile", []), (". /etc/apache2/envvars", []), (". /etc/environment", []), (". /v/bin/activate", []),
        (". /root/.bashrc", []), (". /root/.bash_profile", []), (". /opt/conda/etc/profile.d/conda.sh", []),
        (". ./build.sh", ["work"]),
        ("systemctl enable x", []), ("systemctl start x", ["work"]),
        ("gpg --recv-keys A", ["fetch"]), ("gpg --import a", []),
        ("R -e 'install.packages(1)'", ["R"]), ("R -e 'print(1)'", ["work"]),
        ("echo https://deb.nodesource.com/setup_20.x", []),
        ("/usr/bin/apt-get update", ["packages"]),
    ],
)  # fmt: skip
def test_what_costs_time(text: str, labels: list[str]) -> None:
    assert facts(text).get("labels", []) == labels


@pytest.mark.parametrize(
    ("text", "creates"),
    [
        (f"git clone {SITE}/a/b.git", ["b"]), (f"git clone {SITE}/a/b.git/ d", ["d"]), ("git clone", []),
        (f"git clone --depth 1 {SITE}/a/b", ["b"]),
        ("git fetch origin", []), (f"git fetch {SITE}/y z", []),
        (f"curl -o - {SITE}/a", []), (f"curl -o /tmp/a {SITE}/a", ["/tmp/a"]), (f"curl {SITE}/a", []),
        (f"curl --output=/tmp/a {SITE}/a", ["/tmp/a"]), (f"curl -sSLO {SITE}/a?x=1", ["a"]),
        (f"wget --output-document=/tmp/b {SITE}/a", ["/tmp/b"]), (f"wget -qO b {SITE}/a", ["b"]),
        (f"wget -P /opt {SITE}/a", ["/opt/a"]), (f"aria2c -O {SITE}/a", [f"{SITE}/a".replace("//", "/")]),
        ("dd if=/x of=/y bs=1", ["/y"]), ("mkdir -p a /b", ["/b", "a"]), ("cd /a && touch b", ["/a/b"]),
        ("cd /a && touch $X/b", ["$X/b"]), ("cd /a && cd && touch b", ["b"]), ("touch", []),
        ("truncate --size=0 z", ["z"]),
        ("cp a b /d", ["/d"]), ("cp a", []), ("mv a b", ["b"]),
        ("echo a > b", ["b"]), ("echo a > /dev/null", []), ("echo a >&2", []), ("sort < b", []),
    ],
)  # fmt: skip
def test_what_is_made(text: str, creates: list[str]) -> None:
    assert facts(text).get("creates", []) == creates


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("curl -fsSL https://deb.nodesource.com/setup_20.x | bash -", {"labels": ["packages"], "updates": ["apt"]}),
        ("curl -fsSL https://rpm.nodesource.com/setup_20.x | bash -", {"labels": ["packages"], "updates": ["dnf"]}),
        (f"curl {SITE}/k -o /etc/apt/keyrings/x", {"labels": ["packages"], "creates": ["/etc/apt/keyrings/x"]}),
        (
            f"make && curl {SITE}/k -o /etc/apt/keyrings/x",
            {"labels": ["fetch", "work"], "creates": ["/etc/apt/keyrings/x"]},
        ),
        ("sh -c 'apt-get update'", {"labels": ["packages"], "updates": ["apt"]}),
        ("apt-get install x", {"labels": ["packages"], "installs": ["apt"]}),
        ("apt-get update && apt-get install x", {"labels": ["packages"], "updates": ["apt"]}),
        ("apt-get update && rm -rf /var/lib/apt/lists/*",
         {"labels": ["packages"], "removes": ["/var/lib/apt/lists/*"], "drops": ["apt"]}),
        ("apk add --no-cache x", {"labels": ["packages"]}),
        ("apk add x", {"labels": ["packages"], "installs": ["apk"]}),
        ("pip install pip==23 x", {"labels": ["pip"], "upgrades": ["pip"]}),
        ("pacman -S x", {"labels": ["packages"], "installs": ["pacman"]}), ("pacman -Q x", {"labels": ["packages"]}),
        ("pacman -Sy", {"labels": ["packages"], "updates": ["pacman"]}), ("pacman -Syu x", {"labels": ["packages"]}),
        ("pip install pipx", {"labels": ["pip"]}),
        ("rm -r /a b", {"removes": ["/a", "b"]}), ("shred a", {"removes": ["a"]}), ("unlink a", {"removes": ["a"]}),
        ("rmdir a", {"removes": ["a"]}), ("mv a b", {"creates": ["b"], "removes": ["a"]}),
        ("chown -R u:g c d", {"adjusts": ["c", "d"]}), ("chmod 755 c", {"adjusts": ["c"]}),
        ("chgrp g c", {"adjusts": ["c"]}),
    ],
)  # fmt: skip
def test_what_else_a_step_does(text: str, said: dict[str, list[str]]) -> None:
    assert facts(text) == said


def test_a_text_that_cannot_be_read() -> None:
    assert read_step(next(iter(parse("FROM a\nRUN echo 'open\n").stages[0].body)), "\\") is None


@pytest.mark.parametrize(
    ("created", "pattern", "undone"),
    [
        ("/a/b", "/a", True), ("/a/b", "/a/", True), ("/a/b", "/a/*", True), ("/a/b", "/c", False),
        ("/a/b", "/c/b", False), ("/a/b", "$D/b", False), ("b", "/c/b", True), ("/a/b", "b", True),
        ("/ab", "/a", False),
        ("/a/b", "*", False), ("/a/b", "./*", False), ("b.tgz", "*.tgz", True),
    ],
)  # fmt: skip
def test_what_deletes_what_was_made(created: str, pattern: str, undone: bool) -> None:
    assert is_undone([created], [pattern]) == (created if undone else None)


def spanned(*texts: str) -> list[tuple[int, int, Why]]:
    """Return which of the RUN instructions with these texts have to share a layer."""
    tree = parse("FROM a\n" + "".join(f"RUN {text}\n" for text in texts))
    return list(spans([read_step(node, tree.escape) for node in tree.stages[0].body], shipped=True))


@pytest.mark.parametrize(
    ("texts", "found"),
    [
        (("apt-get update", "apt-get install x"), [(0, 1, Why.UPDATE)]),
        (("apt-get update", "mkdir a", "apt-get install x"), [(0, 2, Why.UPDATE)]),
        (("apt-get update", "make", "apt-get install x"), []),
        (("apt-get update", "apk add x"), []),
        (("mkdir /a", "rm -r /a"), [(0, 1, Why.UNDONE)]),
        (("curl -o /a https://x.org/a", "chmod 755 /a"), [(0, 1, Why.UNDONE)]),
        (("curl -o /a https://x.org/a", "make", "chmod 755 /a"), []),
        (("curl -o /a https://x.org/a", "make && chmod 755 /a"), []),
        (("mkdir /a", "echo 'open", "rm -r /a"), []),
        (("mkdir /a", *["true"] * 4, "rm -r /a"), [(0, 5, Why.UNDONE)]),
        (("mkdir /a", *["true"] * 5, "rm -r /a"), []),
    ],
)
def test_which_steps_have_to_share_a_layer(texts: tuple[str, ...], found: list[tuple[int, int, Why]]) -> None:
    assert spanned(*texts) == found


@pytest.mark.parametrize("line", ["CMD x", 'RUN ["x"]', "RUN <<A\nx\nA", "RUN echo 'open"])
def test_what_is_no_step(line: str) -> None:
    tree = parse(f"FROM a\n{line}\n")
    assert read_step(tree.stages[0].body[0], tree.escape) is None


@pytest.mark.parametrize(
    ("earlier", "later", "found"),
    [
        ("apt-get update", "mkdir a", True), ("pip install x", "pip install y", True),
        ("pip install x", "npm install", False),
        ("pip install x && npm install", "pip install x && npm install", False),
        ("make", "make", False), ("curl https://x.org/a", "curl https://x.org/b", False),
    ],
)  # fmt: skip
def test_which_steps_may_share_a_layer(earlier: str, later: str, found: bool) -> None:
    assert alike(step(earlier), step(later)) == (Why.ALIKE if found else None)


@pytest.mark.parametrize(
    ("first", "second", "why"),
    [
        ("pip install x", "pip install y", "is joined with the work before it"),
        ("pip install x", "npm install", "does other work"), ("pip install x", "echo 'open", "does not read a RUN"),
        ("pip install x", "set -e; pip install y; true", "relies on `set -e`"),
        ("set -e; pip install x; true", "pip install y", "may switch `set -e` on"),
    ],
)  # fmt: skip
def test_why_two_steps_stay_apart(first: str, second: str, why: str) -> None:
    model, stage = last(f"RUN {first}", f"RUN {second}", "COPY a b", "RUN make")
    found = list(apart(model, stage))
    assert [node.text for node, _ in found] == [second]
    assert why in found[0][1]


def merged(*texts: str) -> str:
    """Return what merge-run makes of a file with these RUN instructions."""
    text = "\n".join(("FROM debian:12", *(f"RUN {text}" for text in texts), ""))
    return harden(text, options=Options(level=Safety.UNSAFE, select=frozenset({"merge-run"}))).code


def test_a_variable_of_a_joined_step_stays_there() -> None:
    head = ("apt-get update", "export A=1 && apt-get install -y b", "apt-get install -y c")
    for steps in (head[:2], head):
        assert merged(*steps, "apt-get install -y $A").endswith(f"{steps[-1]}\nRUN apt-get install -y $A\n")


@pytest.mark.parametrize(("indent", "kept"), [(" ", " "), ("  ", "  "), ("", "    "), (" " * 20, "    ")])
def test_the_indent_of_a_chain_stays(indent: str, kept: str) -> None:
    code = merged(f"pip install a && \\\n{indent}pip install b", "pip install c")
    assert code.endswith(f" \\\n{kept}pip install c\n")


def test_what_cannot_stand_before_another_step_may_be_the_last_one() -> None:
    assert merged("pip install a", "pip install -U pip").endswith("pip install a && \\\n    pip install -U pip\n")
    assert merged("pip install -U pip", "pip install a").count("RUN") == 2
    assert merged("pip install a", "set -e; pip install b; true").count("RUN") == 2


@pytest.mark.parametrize(
    ("mount", "joined"),
    [
        ("type=cache,target=/c", True), ("type=cache,target=/rw", True), ("target=/c", True),
        ("type=bind,target=/c,readonly", True), ("target=/c,ro=true", True), ("target=/c,rw=false", True),
        ("target=/c,rw", False), ("target=/c,ro=false", False), ("target=/c,readwrite=1,ro", True),
        ("target=/c,ro,rw=t", False), ("target=/c,rw=$A", False), ("target=/c,ro=$A", False),
        ("type=TMPFS,target=/c", False), ('"type=tmpfs",target=/c', False), ("type=$A,target=/c", False),
        ("type=secret,id=a", True),
    ],
)  # fmt: skip
def test_what_a_mount_keeps_for_the_next_step(mount: str, joined: bool) -> None:
    code = merged(*(f"--mount={mount} pip install {name}" for name in "ab"))
    assert code.count("RUN") == (1 if joined else 2)


@pytest.mark.parametrize(
    ("base", "update", "install"),
    [
        ("debian:12", "apt-get update", "apt-get install -y x"),
        ("opensuse/leap:15.6", "zypper refresh", "zypper in x"),
        ("opensuse/leap:15.6", "zypper ref", "zypper in x"), ("archlinux", "pacman -Suy", "pacman -S x"),
        ("debian:12", "curl -fsSL https://deb.nodesource.com/setup_20.x | bash -", "apt-get install -y nodejs"),
        ("rockylinux:9", "dnf check-update", "dnf install -y x"), ("rockylinux:9", "yum makecache", "yum install -y x"),
    ],
)  # fmt: skip
def test_lists_that_a_build_stage_fetches_are_fetched_with_the_install(base: str, update: str, install: str) -> None:
    text = f"FROM {base} AS a\nRUN {update}\nRUN {install}\nFROM debian:12\nCOPY --from=a /x /x\n"
    code = harden(text, options=Options(level=Safety.UNSAFE, select=frozenset({"merge-run"}))).code
    assert code.count("RUN") == 1


def test_a_joined_step_is_counted_in_bytes() -> None:
    assert merged(*["echo " + "é" * 30_000] * 3).count("RUN") == 3
    assert merged(*["echo " + "é" * 9_000] * 3).count("RUN") == 1
    rest = 100_000 - len("echo " + "a" * 50_000 + " && \\\n    echo ")
    assert [merged("echo " + "a" * 50_000, f"echo {'b' * (rest + more)}").count("RUN") for more in (0, 1)] == [1, 2]
