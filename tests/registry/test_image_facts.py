"""What base images say of themselves, asked of a real registry where the facts do not know them."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from test_image_files import TAR, layer

from hardener.cli.command import command
from hardener.knowledge.configuration import read_configuration
from hardener.registry.client import RegistryClient
from hardener.registry.image_config import configuration

BOOKWORM = "# debian.sh --arch 'amd64' out/ 'bookworm' '@1735516800'"
SETTINGS = {"User": "1000", "Cmd": ["serve"], "WorkingDir": "/srv", "ExposedPorts": {"8080/tcp": {}}, "Env": ["A=b"]}


class Run:
    """`harden` on one Dockerfile, with a cache of its own."""

    def __init__(self, folder: Path, host: str) -> None:
        self.path = folder / "Dockerfile"
        self.host = host

    def __call__(self, text: str, *options: str, rules: str = "") -> Result:
        self.path.write_text(text)
        chosen = ["--select", rules] if rules else []
        words = ["--isolated", "-v", "--insecure-registry", self.host, *chosen, *options, str(self.path)]
        return CliRunner().invoke(command, words, standalone_mode=False)


@pytest.fixture
def run(tmp_path, home, proxy, monkeypatch) -> Run:
    monkeypatch.delenv("HARDEN_OFFLINE", raising=False)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setenv("HOME", str(home))
    for name in ("DOCKER_CONFIG", "REGISTRY_AUTH_FILE", "XDG_RUNTIME_DIR", "XDG_CONFIG_HOME"):
        monkeypatch.delenv(name, raising=False)
    (tmp_path / "files").mkdir()
    proxy.log.clear()
    return Run(tmp_path / "files", proxy.host)


def words(result: Result) -> str:
    return " ".join(result.output.split())


def test_the_release_of_an_unknown_base_is_that_of_its_first_step(proxy, anonymous, push, run):
    push(anonymous, "facts/debian").base("1", history=[{"created_by": BOOKWORM}], config={})
    text = f"FROM {proxy.host}/facts/debian:1\nRUN apt-get update && apt-get install -y git\n"
    assert "cannot tell the release" in words(run(text, "--no-image-facts", rules="no-install-recommends"))
    assert not proxy.log
    known = run(text, rules="no-install-recommends")
    assert "+RUN apt-get update && apt-get install -y --no-install-recommends ca-certificates git" in known.output


def test_it_is_asked_once_and_remembered_by_its_digest(proxy, anonymous, push, run):
    push(anonymous, "facts/once").base("1", history=[{"created_by": BOOKWORM}], config={})
    text = f"FROM {proxy.host}/facts/once:1\nRUN apt-get install -y git\n"
    first = run(text, rules="no-install-recommends").output
    assert len(proxy.log) == 3  # the digest of the tag, its manifest, its configuration
    assert run(text, "--offline", rules="no-install-recommends").output == first
    assert run(text, rules="no-install-recommends").output == first
    assert len(proxy.log) == 3


def test_what_no_decision_depends_on_is_not_asked(proxy, anonymous, push, run):
    push(anonymous, "facts/idle").base("1", history=[], config={})
    run(f"FROM {proxy.host}/facts/idle:1\nUSER 1000\nCOPY a /a\n", "--ignore", "pin-base-digest")
    run("FROM scratch\nCOPY a /a\nCMD /a\n")
    assert proxy.log == []


def test_the_user_of_a_base_is_known(proxy, anonymous, push, run):
    push(anonymous, "facts/user").base("1", history=[{"created_by": BOOKWORM}], config=SETTINGS)
    push(anonymous, "facts/root").base("1", history=[{"created_by": BOOKWORM}], config={"User": "0:0"})
    told = words(run(f'FROM {proxy.host}/facts/user:1\nCMD ["/srv/app"]\n', rules="add-user"))
    assert "nothing to do" in told
    told = words(run(f'FROM {proxy.host}/facts/root:1\nCMD ["/srv/app"]\n', rules="add-user"))
    assert "no program to create a user is known in" in told


def test_an_entry_point_that_nobody_has_read_holds_back(proxy, anonymous, push, run):
    settings = {"Entrypoint": ["/entry.sh"], "Cmd": ["serve"]}
    push(anonymous, "facts/entry").base("1", history=[{"created_by": BOOKWORM}], config=settings)
    text = f"FROM {proxy.host}/facts/entry:1\nCMD serve --port 80\n"
    assert "looks at its first argument" in words(run(text, rules="exec-form"))
    assert "cannot tell what the entry point of the base image does" in words(run(text, rules="add-init"))


def test_the_shell_form_on_a_base_without_an_entry_point(proxy, anonymous, push, run):
    push(anonymous, "facts/plain").base("1", history=[{"created_by": BOOKWORM}], config={"Cmd": ["bash"]})
    text = f"FROM {proxy.host}/facts/plain:1\nCMD serve --port 80\n"
    assert '+CMD ["serve", "--port", "80"]' in run(text, rules="exec-form").output
    assert "+CMD" not in run(text, "--no-image-facts", rules="exec-form").output


def test_a_windows_image_behind_any_name(proxy, anonymous, push, run):
    push(anonymous, "facts/windows").base("1", os="windows", history=[], config={})
    text = f"FROM {proxy.host}/facts/windows:1\nCMD serve --port 80\n"
    assert "Windows image" in words(run(text, rules="exec-form"))


def test_a_copy_of_an_official_image_is_known_under_any_name(proxy, anonymous, push, run):
    settings = {
        "Entrypoint": ["docker-entrypoint.sh"], "Cmd": ["node"], "Env": ["PATH=/usr/bin", "NODE_VERSION=22.11.0"],
    }  # fmt: skip
    steps = [{"created_by": BOOKWORM}, {"created_by": "RUN curl"}, {"created_by": 'CMD ["node"]'}]
    push(anonymous, "facts/copy").base("1", history=steps, config=settings)
    push(anonymous, "facts/more").base("1", history=[*steps, {"created_by": "RUN useradd node2"}], config=settings)
    text = 'FROM {}\nWORKDIR /app\nCOPY server.js ./\nCMD ["node", "server.js"]\n'
    (run.path.parent / "server.js").write_text("require('http').createServer().listen(8080)\n")
    assert "+USER 1000:1000" in run(text.format(f"{proxy.host}/facts/copy:1"), rules="add-user").output
    assert "+USER" not in run(text.format(f"{proxy.host}/facts/more:1"), rules="add-user").output


@pytest.mark.parametrize(
    "config", [[], "x", {"User": 5, "Cmd": "x", "Env": {}, "Entrypoint": [["x"]], "Healthcheck": 7, "Volumes": []}]
)
def test_a_configuration_of_other_types_is_no_error(proxy, anonymous, push, run, config):
    push(anonymous, "facts/odd").base(f"{len(str(config))}", history="x", config=config)
    result = run(f"FROM {proxy.host}/facts/odd:{len(str(config))}\nCMD serve x\n")
    assert "internal error" not in result.output
    assert result.return_value == 1


def test_the_accounts_of_an_image_are_read_where_a_user_is_to_be_made(proxy, anonymous, push, run):
    files = {"etc/passwd": "root:x:0:0::/root:/bin/sh\n", "etc/group": "root:x:0:\n", "bin/sh": "",
             "usr/sbin/useradd": "", "usr/sbin/groupadd": "", "usr/bin/apt-get": "",
             "usr/lib/os-release": "ID=debian\nVERSION_CODENAME=bookworm\n"}  # fmt: skip
    taken = {**files, "etc/group": "root:x:0:\nnode:x:500:\n"}
    team = push(anonymous, "facts/files")
    team.base("1", [(TAR, layer(files))], history=[], config={})
    team.base("2", [(TAR, layer(taken))], history=[], config={})
    (run.path.parent / "app.js").write_text("console.log(1)\n")
    text = 'FROM {}/facts/files:{}\nWORKDIR /app\nCOPY app.js ./\nCMD ["node", "app.js"]\n'
    made = run(text.format(proxy.host, 1), rules="add-user").output
    assert "+RUN groupadd -r -g 10001 node && useradd" in made
    asked = len(proxy.log)
    assert run(text.format(proxy.host, 1), "--offline", rules="add-user").output == made
    assert len(proxy.log) == asked
    assert "has a user node" in words(run(text.format(proxy.host, 2), rules="add-user"))


def test_when_an_image_was_made_and_how_large_it_is_is_kept_beside_its_configuration(
    proxy, anonymous, push, ref, settings
):
    said = {"created": "2026-09-01T12:00:00Z", "history": [], "config": {"User": "1000"}}
    digest = push(anonymous, "facts/size").base("1", [(TAR, layer({"a": "b"}))], **said)
    bare = push(anonymous, "facts/bare").base("1", created="yesterday", history=[], config={})
    with RegistryClient(settings(insecure=frozenset({proxy.host}))) as client:
        found = configuration(client, ref(f"{proxy.host}/facts/size:1@{digest}"))
        assert (found["made"], found["size"]) == (1788264000.0, len(layer({"a": "b"})))
        nothing = configuration(client, ref(f"{proxy.host}/facts/bare:1@{bare}"))
    assert (nothing["made"], nothing["size"]) == (0, 0)
    assert read_configuration(found).size == found["size"]
