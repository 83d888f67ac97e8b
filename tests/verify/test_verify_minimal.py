"""From what a run touched to a stage: all that is pure of `harden verify --minimal`."""

from __future__ import annotations

import io
import shutil
import struct
import tarfile
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from hardener.cli.verify import command
from hardener.syntax.dockerfile.parser import parse
from hardener.verify.minimal.base import SCRATCH, spared, wanted, without
from hardener.verify.minimal.closure import Closure, closure, dynamic
from hardener.verify.minimal.elf import Elf, read_elf
from hardener.verify.minimal.folders import is_never, unit_of
from hardener.verify.minimal.owners import packages_gone
from hardener.verify.minimal.settings import HeldError, settings
from hardener.verify.minimal.stage import source_of, written
from hardener.verify.minimal.touched import Touched, paths_of, touched_in
from hardener.verify.minimal.tree import Node, Tree, read_tree

MULTI = "/usr/lib/x86_64-linux-gnu"
LOADER = "/lib64/ld-linux-x86-64.so.2"


def link(target: str) -> Node:
    return Node("link", 0, 0o777, target=target)


def folder(owner: int = 0, mode: int = 0o755) -> Node:
    return Node("folder", 0, mode, owner, owner)


def program(*needs: str) -> Node:
    return Node("file", 100, 0o755, elf=Elf(needs, LOADER))


def tree(**more: Node) -> Tree:
    """A small Debian image with Python."""
    nodes = {
        "/": folder(), "/usr": folder(), "/usr/bin": folder(), "/usr/lib": folder(), MULTI: folder(), "/etc": folder(),
        "/bin": link("usr/bin"), "/lib": link("usr/lib"), "/lib64": link("usr/lib64"), "/usr/lib64": folder(),
        "/usr/lib64/ld-linux-x86-64.so.2": link(f"{MULTI}/ld-linux-x86-64.so.2"),
        f"{MULTI}/ld-linux-x86-64.so.2": Node("file", 9, elf=Elf()),
        f"{MULTI}/libc.so.6": Node("file", 9, elf=Elf()), f"{MULTI}/libgcc_s.so.1": Node("file", 9, elf=Elf()),
        f"{MULTI}/libssl.so.3": Node("file", 9, elf=Elf(("libc.so.6",))),
        "/usr/bin/python3": link("python3.11"), "/usr/bin/python3.11": program("libc.so.6"),
        "/usr/bin/dash": program("libc.so.6"), "/usr/bin/sh": link("dash"), "/usr/bin/cp": program("libc.so.6"),
        "/usr/bin/gcc": program("libc.so.6"), "/usr/lib/gcc": folder(), "/usr/lib/gcc/cc1": program(),
        "/usr/lib/python3.11": folder(), "/usr/lib/python3.11/os.py": Node("file", 5, 0o644),
        "/usr/lib/python3.11/_ssl.so": Node("file", 5, elf=Elf(("libssl.so.3",))),
        "/etc/passwd": Node("file", 3, 0o644), "/etc/shadow": Node("file", 3, 0o600), "/tmp": folder(mode=0o1777),
        "/app": folder(), "/app/app.py": Node("file", 7, 0o644), "/app/unused.py": Node("file", 7, 0o644),
    } | {path.replace("__", "/"): node for path, node in more.items()}  # fmt: skip
    return Tree(nodes, {"/usr/lib/os-release": 'NAME="Debian GNU/Linux"\nVERSION_ID="12"\nID=debian\n'})


RUN = Touched(frozenset({"/usr/bin/python3", "/usr/lib/python3.11/os.py", "/app/app.py", "/etc/shadow", "/nowhere"}))


def test_an_interpreter_brings_its_folder_and_what_that_needs() -> None:
    """The probes loaded no TLS, but a module of the folder would need the library."""
    found = closure(tree(), RUN, ("/app",))
    assert found.folders == {"/usr/lib/python3.11", "/app"}
    assert found.files == {
        "/usr/bin/python3", LOADER, f"{MULTI}/libc.so.6", f"{MULTI}/libgcc_s.so.1", f"{MULTI}/libssl.so.3",
        "/etc/passwd",
    }  # fmt: skip
    assert not found.links
    assert dynamic(tree(), found)


def test_a_link_into_another_folder_stays_one() -> None:
    image = tree(usr__bin__java=link("/opt/jvm/bin/java"), opt__jvm=folder(), opt__jvm__bin__java=program("libc.so.6"))
    image = Tree({"/" + path.lstrip("/"): node for path, node in image.nodes.items()}, image.texts)
    found = closure(image, Touched(frozenset({"/usr/bin/java"})), ())
    assert found.links == {"/usr/bin/java"}
    assert "/opt/jvm" in found.folders


def test_a_script_brings_its_interpreter() -> None:
    image = Tree({**tree().nodes, "/start.sh": Node("file", 9, script="/bin/sh -e")})
    assert {"/start.sh", "/bin/sh"} <= closure(image, Touched(frozenset({"/start.sh"})), ()).files


def test_a_folder_that_was_listed_is_taken_if_it_is_its_own() -> None:
    found = closure(tree(), Touched(frozenset(), frozenset({"/app", "/etc", "/usr/bin", "/"})), ())
    assert found.folders == {"/app"}


def test_places_that_are_written_to_are_there_with_their_owner() -> None:
    nodes = {"/var": folder(), "/var/log": folder(), "/var/log/app": folder(1000), "/data": folder(1000)}
    found = closure(Tree({**tree().nodes, **nodes}), RUN, ("/var/log/app/out.log", "/data/new/x", "/tmp/y"))
    assert found.empty == {"/var/log/app", "/tmp"}
    assert "/data" in found.folders


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("/usr/bin/sh", None), ("/etc/passwd", None), ("/usr/lib/x86_64-linux-gnu/libc.so.6", None), ("/server", None),
        ("/usr/local/lib/python3.11/site-packages/x.py", "/usr/local/lib/python3.11"), ("/app/a/b/c", "/app"),
        ("/home/node/app/index.js", "/home/node/app"), ("/usr/src/app/x", "/usr/src/app"), ("/opt/venv/", "/opt/venv"),
        ("/etc/ssl/certs/a.pem", "/etc/ssl/certs"), ("/usr/share/zoneinfo/UTC", "/usr/share/zoneinfo"),
    ],
)  # fmt: skip
def test_folders_are_taken_whole_below_those_that_are_shared(path: str, expected: str | None) -> None:
    assert unit_of(path) == expected


@pytest.mark.parametrize(
    "path",
    ["/proc/1/maps", "/sys", "/dev/null", "/run/secrets/key", "/etc/shadow", "/root/.ssh/id_rsa", "/home/x/.netrc",
     "/var/cache/apt/pkgcache.bin", "/var/log/x", "/root/.cache/pip/x", "/etc/ssl/private/key.pem", "/etc/resolv.conf"],
)  # fmt: skip
def test_caches_logs_secrets_and_the_kernels_own_are_never_taken(path: str) -> None:
    assert is_never(path)
    assert not is_never("/app/proc/x")


def test_what_strace_wrote_is_read(tmp_path: Path) -> None:
    lines = [
        '7 execve("/usr/bin/python3", [...], 0x1 /* 9 vars */) = 0\n',
        '7 openat(AT_FDCWD</app>, "app.py", O_RDONLY) = 3</app/app.py>\n',
        '7 openat(4</srv/a>, "b\\303\\251\\".txt", O_RDONLY <unfinished ...>\n',
        '8 stat("rel", 0x1) = -1 ENOENT (No such file or directory)\n',
        '8 chdir("/data") = 0\n',
        "8 getdents64(5</app/plugins>, 0x1 /* 3 entries */, 32768) = 80\n",
        '8 openat(AT_FDCWD</app>, "/.harden-trace/lib/libc.so.6", O_RDONLY) = 3</.harden-trace/lib/libc.so.6>\n',
        '8 openat(AT_FDCWD</app>, "/lib/x.so", O_RDONLY) = 3</usr/lib/x.so.1>\n',
    ]
    paths, listed = paths_of(lines, "/app")
    assert paths == {
        "/usr/bin/python3", "/app/app.py", '/srv/a/bé".txt', "/app/rel", "/data/rel", "/data", "/lib/x.so",
        "/usr/lib/x.so.1",
    }  # fmt: skip
    assert listed == {"/app/plugins"}
    assert touched_in(tmp_path, "/") == frozenset()
    (tmp_path / "calls").write_text("".join(lines))
    (tmp_path / "health").write_text('9 execve("/usr/bin/curl", [...]) = 0\n9 open("/data/rel") = 3\n')
    (one,) = touched_in(tmp_path, "/app")
    assert one == Touched(paths, listed, frozenset({"/usr/bin/curl"}))


def test_a_program_says_what_it_needs() -> None:
    found = read_elf(Path(shutil.which("bash") or "/bin/bash").read_bytes())
    if found is not None:  # where programs are of another format there is nothing to read
        assert any(name.startswith(("libc.", "libtinfo")) for name in found.needs)
        assert found.interpreter.startswith("/")
    broken = b"\x7fELF\x02\x01" + bytes(26) + struct.pack("<QQ", 1 << 60, 0) + bytes(6)
    assert read_elf(b"#!/bin/sh\n") is read_elf(broken + struct.pack("<HH", 56, 9) * 9) is None


def test_an_exported_container_is_read() -> None:
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w") as archive:
        for name, kind, target, body in (
            (".dockerenv", tarfile.REGTYPE, "", b""), ("etc/", tarfile.DIRTYPE, "", b""),
            ("etc/os-release", tarfile.SYMTYPE, "../usr/lib/os-release", b""),
            ("usr/lib/os-release", tarfile.REGTYPE, "", b"ID=debian\n"),
            ("run.sh", tarfile.REGTYPE, "", b"#!/bin/sh\n"),
            ("again.sh", tarfile.LNKTYPE, "run.sh", b""),
        ):  # fmt: skip
            member = tarfile.TarInfo(name)
            member.type, member.linkname, member.size, member.uid = kind, target, len(body), 7
            archive.addfile(member, io.BytesIO(body))
    stream.seek(0)
    found = read_tree(stream)
    assert found.nodes["/run.sh"] == found.nodes["/again.sh"]
    assert (found.nodes["/run.sh"].script, found.nodes["/run.sh"].owner) == ("/bin/sh", 7)
    assert found.real("/etc/os-release") == "/usr/lib/os-release"
    assert found.texts == {"/usr/lib/os-release": "ID=debian\n"}
    loop = Tree({"/a": link("b"), "/b": link("a")})
    assert loop.get("/a") is None or loop.get("/a") == link("b")


def test_the_base_is_of_the_same_release() -> None:
    assert wanted(tree(), is_dynamic=True) == "gcr.io/distroless/base-debian12"
    assert wanted(tree(), is_dynamic=False) == "gcr.io/distroless/static-debian12"
    assert wanted(Tree({}), is_dynamic=False) == SCRATCH
    assert wanted(Tree({}, {"/etc/os-release": "ID=alpine\nVERSION_ID=3.20\n"}), is_dynamic=True) == SCRATCH
    assert wanted(Tree({}, {"/etc/os-release": 'ID=debian\nVERSION_ID="9"\n'}), is_dynamic=True) == SCRATCH


def test_what_the_base_has_is_not_copied() -> None:
    base = Tree({"/lib/x86_64-linux-gnu/libc.so.6": Node("file"), LOADER: Node("file"), "/tmp": folder(mode=0o1777),
                 "/usr/share/zoneinfo/UTC": Node("file"), "/etc/ssl/certs/ca-certificates.crt": Node("file"),
                 "/etc/passwd": Node("file")})  # fmt: skip
    left = without(closure(tree(), RUN, ("/tmp",)), tree(), base)
    assert left.files == {"/usr/bin/python3", f"{MULTI}/libgcc_s.so.1", f"{MULTI}/libssl.so.3", "/etc/passwd"}
    assert not left.empty
    assert spared(tree(), base) == {"/usr/share/zoneinfo", "/etc/ssl/certs"}
    added = Tree({**tree().nodes, "/usr/local/share/ca-certificates/own.crt": Node("file")})
    assert spared(added, base) == {"/usr/share/zoneinfo"}, "the image has certificates of its own"


CONFIG: dict[str, Any] = {
    "Env": ["PATH=/usr/bin", "WORDS=a b$c", "VERSION=7"], "WorkingDir": "/app", "User": "1000",
    "Cmd": ["python3", "app.py"],
    "ExposedPorts": {"8000/tcp": {}, "53/udp": {}}, "StopSignal": "SIGINT", "Labels": {"a.b": "c d"},
    "Healthcheck": {"Test": ["CMD", "python3", "-c", "1"], "Interval": 30_000_000_000, "Retries": 2},
}  # fmt: skip


def body(text: str) -> Any:
    return parse(text).stages[-1].body


def test_the_configuration_is_written_as_instructions() -> None:
    chain = body("FROM x\nARG VERSION=1\nARG OTHER\nENV VERSION=$VERSION OLD=1\n")
    assert settings(CONFIG, chain, "\\", lambda name: name == "python3") == [
        "ARG VERSION=1", 'ENV PATH=/usr/bin \\\n    WORDS="a b\\$c" \\\n    VERSION=$VERSION', 'LABEL a.b="c d"',
        "WORKDIR /app", "EXPOSE 53/udp 8000", "STOPSIGNAL SIGINT",
        'HEALTHCHECK --interval=30s --retries=2 CMD ["python3", "-c", "1"]', "USER 1000", 'CMD ["python3", "app.py"]',
    ]  # fmt: skip
    assert not any("HEALTHCHECK" in line for line in settings(CONFIG, (), "\\", lambda _: False))


@pytest.mark.parametrize(
    ("config", "escape"), [({"Cmd": None}, "\\"), ({"Cmd": ["x"], "Env": ["A=b\nc"]}, "\\"), ({"Cmd": ["x"]}, "`")]
)
def test_a_configuration_that_cannot_be_written_is_held(config: dict[str, Any], escape: str) -> None:
    with pytest.raises(HeldError):
        settings(config, (), escape, lambda _: True)


def test_the_stage_goes_after_the_last_one_in_the_style_of_the_file() -> None:
    image = Tree({**tree().nodes, "/app": folder(1000), "/app/app.py": Node("file", 7, 0o644, 1000, 1000),
                  "/app/unused.py": Node("file", 7, 0o644, 1000, 1000)})  # fmt: skip
    found = Closure({"/app", "/usr/lib/python3.11"}, {LOADER, "/etc/passwd", f"{MULTI}/libc.so.6"}, set(), {"/tmp"})
    source = source_of("from python:3.11\r\nrun x", None, "GET /")
    assert written(source, SCRATCH, found, image, ["user 1000"]).text == (
        "from python:3.11 as full\r\nrun x\r\n\r\n"
        "from full as kept\r\nuser 0\r\nworkdir /\r\nrun mkdir -p /kept/tmp \\\r\n && chmod 1777 /kept/tmp\r\n\r\n"
        "# what GET / touched, and no more: other code may need more\r\nfrom scratch as minimal\r\n"
        "copy --from=full /etc/passwd /etc/passwd\r\n"
        f"copy --from=full {LOADER} {LOADER}\r\n"
        f"copy --from=full {MULTI}/libc.so.6 {MULTI}/libc.so.6\r\n"
        "copy --from=full --chown=1000:1000 /app /app\r\n"
        "copy --from=full /usr/lib/python3.11 /usr/lib/python3.11\r\n"
        "copy --from=kept /kept /\r\nuser 1000\r\n"
    )


def test_a_stage_that_has_a_name_keeps_it_and_names_do_not_clash() -> None:
    text = "FROM a AS minimal\nFROM b AS web\nUSER x\n"
    found = written(source_of(text, None, "GET /"), SCRATCH, Closure(files={"/server"}), tree(), ['CMD ["/server"]'])
    assert found.text.startswith(text)
    assert "FROM scratch AS minimal-2\nCOPY --from=web /server /server\n" in found.text


@pytest.mark.parametrize("path", ["/a b", "/a$x", "/a*", "/é"])
def test_names_that_copy_would_read_in_another_way_are_held(path: str) -> None:
    with pytest.raises(HeldError):
        written(source_of("FROM a\n", None, "x"), SCRATCH, Closure(files={path}), tree(), [])


def test_without_a_shell_nothing_is_carried_over_that_copy_cannot() -> None:
    bare = Tree({"/": folder(), "/tmp": folder(mode=0o1777), "/a": program()})
    with pytest.raises(HeldError, match="/tmp needs a shell"):
        written(source_of("FROM a\n", None, "x"), SCRATCH, Closure(files={"/a"}, empty={"/tmp"}), bare, [])


@pytest.mark.parametrize(("run", "is_made"), [("RUN make", True), ('RUN ["make"]', False)])
def test_an_earlier_stage_with_a_shell_makes_the_empty_folders(run: str, is_made: bool) -> None:
    bare = Tree({"/": folder(), "/tmp": folder(mode=0o1777), "/a": program()})
    source = source_of(f"FROM a AS build\n{run}\nFROM scratch\nCOPY --from=build /a /a\n", None, "x")
    found = Closure(files={"/a"}, empty={"/tmp"})
    if is_made:
        stage = written(source, SCRATCH, found, bare, []).stage
        assert stage.startswith(
            "FROM build AS kept\nUSER 0\nWORKDIR /\nRUN mkdir -p /kept/tmp \\\n && chmod 1777 /kept/tmp\n"
        )
        assert "COPY --from=full /a /a\nCOPY --from=kept /kept /\n" in stage
        found.links.add("/b")
    with pytest.raises(HeldError, match="needs a shell"):
        written(source, SCRATCH, found, bare, [])


def test_packages_of_which_nothing_is_left_are_named() -> None:
    lists = {
        "/var/lib/dpkg/info/gcc.list": "/.\n/usr\n/usr/bin/gcc\n/usr/share/doc/gcc\n",
        "/var/lib/dpkg/info/libc6:amd64.list": "/.\n/lib/x86_64-linux-gnu/libc.so.6\n",
        "/var/lib/dpkg/info/meta.list": "/.\n/usr/share/doc/meta\n",
    }
    image = Tree(tree().nodes, lists)
    assert packages_gone(image, frozenset({f"{MULTI}/libc.so.6"})) == (2, ("gcc",))
    apk = Tree({"/bin": folder(), "/bin/a": Node("file"), "/bin/b": Node("file")},
               {"/lib/apk/db/installed": "P:one\nF:bin\nR:a\n\nP:two\nF:bin\nR:b\n"})  # fmt: skip
    assert packages_gone(apk, frozenset({"/bin/a"})) == (2, ("two",))


def test_a_compose_file_has_no_stage_of_its_own(tmp_path: Path) -> None:
    done = CliRunner().invoke(command, [str(tmp_path / "compose.yaml"), "--minimal"])
    assert done.exit_code == 2
    assert "name the Dockerfile of a service" in done.output
