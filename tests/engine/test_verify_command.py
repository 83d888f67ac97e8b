"""`harden verify` from end to end: two images, two containers, one report in every form."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from conftest import docker, left_behind

from tests.corpus import ROOT

pytestmark = [pytest.mark.engine, pytest.mark.slow, pytest.mark.usefixtures("clean_engine")]
APPS = Path(__file__).parent / "apps"


def harden(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "hardener", *arguments],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
        timeout=200,
        env={**os.environ, "PYTHONPATH": str(ROOT), "HARDEN_OFFLINE": "1"},
    )


def valid(path: Path) -> dict[str, Any]:
    jsonschema = pytest.importorskip("jsonschema")
    report: dict[str, Any] = json.loads(path.read_text())
    jsonschema.validate(report, json.loads((ROOT / "docs" / "verify.schema.json").read_text()))
    return report


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory, engine_version: str) -> Path:
    """A small server as people write it, verified once with reports in every form, and written."""
    folder = tmp_path_factory.mktemp("shop")
    shutil.copytree(APPS / "plain-shop", folder, dirs_exist_ok=True)
    names = ("r.json", "r.md", "r.html", "r.txt")
    reports = [word for name in names for word in ("--report", name)]
    rules = "exec-form,add-init,add-user,clean-package-cache"
    done = harden(folder, "verify", "--probe", "http://localhost:8000/", "--stop-timeout", "3", "--no-cache",
                  "--write", "--times",
                  "--select", rules, "--profile", "--logs", "l", *reports)  # fmt: skip
    (folder / "stderr").write_text(done.stderr)
    (folder / "stdout").write_text(done.stdout)
    assert done.returncode == 0, done.stderr
    return folder


def test_both_sides_are_measured(shop: Path) -> None:
    report = valid(shop / "r.json")
    before, after = report["before"], report["after"]
    assert (report["verdict"], report["level"], report["dropped"]) == ("kept", "unsafe", [])
    assert {entry["rule"] for entry in report["passes"]} == {
        "exec-form", "add-init", "add-user", "clean-package-cache"
    }  # fmt: skip
    assert (before["uid"], after["uid"]) == (0, 10001)
    assert len(before["capabilities"]) == 14
    assert after["capabilities"] == []
    assert before["stop"]["killed"]
    assert before["stop"]["seconds"] >= 3
    assert not after["stop"]["killed"]
    assert after["stop"]["seconds"] < 2
    assert before["ports"] == after["ports"] == ["tcp/8000"]
    assert before["answers"][0]["status"] == after["answers"][0]["status"] == 200
    assert before["config"]["Cmd"] == ["/bin/sh", "-c", "python3 app.py"]
    assert after["config"]["User"] == "10001:10001"
    assert "dev.harden.verify" not in json.dumps(report["before"]["config"])


def test_files_are_counted_by_layer(shop: Path) -> None:
    report = valid(shop / "r.json")
    for side in (report["before"], report["after"]):
        assert "/usr/bin/su" in side["setuid"]
        assert {"apt-get", "pip"} <= set(side["package_managers"])
        assert side["files"] > 5000
        assert sum(layer["files"] for layer in side["layers"]) >= side["files"]
        assert side["size"] > 100_000_000
    assert report["before"]["compilers"] == ["gmake", "make"]
    lists = [layer["bytes"] for layer in report["before"]["layers"]]
    assert max(lists[2:]) > 5_000_000, "the package lists"
    assert report["after"]["size"] < report["before"]["size"]


def test_builds_are_timed(shop: Path) -> None:
    report = valid(shop / "r.json")
    for side in (report["before"], report["after"]):
        assert side["build_seconds"] > side["rebuild_seconds"] * 0.5
        assert side["build_seconds"] > 1, "apt-get update ran again"
    assert "the rebuild has one line more in app.py" in report["notes"]


def test_what_is_written_to_is_seen(shop: Path) -> None:
    report = valid(shop / "r.json")
    assert "A /tmp/visits" in report["before"]["writes"]
    assert "A /tmp/visits" in report["after"]["writes"]


def test_the_file_is_written(shop: Path) -> None:
    text = (shop / "Dockerfile").read_text()
    assert text == valid(shop / "r.json")["dockerfile"]
    assert "USER 10001:10001" in text
    assert "wrote Dockerfile" in (shop / "stderr").read_text()


def test_the_reports_say_the_same(shop: Path) -> None:
    headline = "The hardened image works like the original; all 4 rules are kept."
    for name in ("r.md", "r.html", "r.txt", "stdout"):
        text = (shop / name).read_text()
        assert headline in text
        assert "stops in" in text
        assert "killed" in text
    page = (shop / "r.html").read_text()
    assert not re.search(r"(?:src|href)=|@import|url\(", page), "nothing is loaded"
    assert '<meta name="viewport"' in page
    assert page.count('aria-label="before: ') == 5, "layers, stop, rebuild, build, ready"
    assert "| user id | 0 | 10001 |" in (shop / "r.md").read_text()


def test_logs_are_kept_where_the_report_says(shop: Path) -> None:
    logs = shop / valid(shop / "r.json")["logs"]
    assert (logs / "01-original" / "build.log").stat().st_size > 0
    assert (logs / "01-original" / "Dockerfile").read_text().startswith("FROM python")
    assert not left_behind(f"dev.harden.verify={logs.name}")


def profile_of(shop: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((shop / "harden-profile" / "profile.json").read_text())
    return found


def test_the_profile_says_what_is_enough(shop: Path) -> None:
    found = profile_of(shop)
    assert found == valid(shop / "r.json")["profile"]
    assert found["capabilities"] == {"drop": ["ALL"], "add": []}
    assert found["no_new_privileges"]
    assert (found["read_only"], found["tmpfs"], found["volumes"]) == (True, ["/tmp"], [])
    assert found["notes"] == []
    calls = set(found["seccomp"]["allowed"])
    assert {"execve", "accept4", "bind", "wait4", "rt_sigreturn"} <= calls
    assert not calls & {"mount", "unshare", "ptrace", "setns", "bpf", "keyctl", "clone3"}
    assert (shop / "harden-profile" / "compose.yaml").read_text() == (
        "services:\n  app:\n    cap_drop: [ALL]\n    security_opt:\n      - no-new-privileges:true\n"
        '      - seccomp:./seccomp.json\n    read_only: true\n    tmpfs:\n      - "/tmp"\n'
    )
    assert "profile: read-only root: works, tmpfs: /tmp" in (shop / "r.txt").read_text()


@pytest.fixture
def image(shop: Path) -> Iterator[str]:
    """The hardened image, built again."""
    built = docker("build", "-q", str(shop)).strip()
    assert built
    yield built
    docker("rmi", "-f", built)


def test_the_container_serves_under_the_profile(shop: Path, image: str) -> None:
    """Started by hand with the options of profile.json."""
    options = [
        o.replace("=seccomp.json", f"={shop}/harden-profile/seccomp.json") for o in profile_of(shop)["run_options"]
    ]
    name = docker("run", "-d", "-p", "127.0.0.1::8000", *options, image).strip()
    try:
        host = docker("port", name, "8000").split()[0]
        for attempt in range(50):
            try:
                with urllib.request.urlopen(f"http://{host}/", timeout=2) as reply:
                    assert reply.read() == b"welcome"
                break
            except OSError:
                assert attempt < 49
                time.sleep(0.2)
        started = time.monotonic()
        docker("stop", name)
        assert time.monotonic() - started < 3
    finally:
        docker("rm", "-f", name)


@pytest.mark.parametrize(
    ("what", "call"),
    [
        ("unshare", "libc.unshare(0x10000000)"),  # a user namespace: allowed to everybody elsewhere
        ("mount", "libc.mount(b'none', b'/tmp', b'tmpfs', 0, None)"),
    ],
)
def test_the_profile_blocks_what_an_attacker_wants(shop: Path, image: str, what: str, call: str) -> None:
    """With all capabilities it is the profile alone that says no; without it the same call succeeds."""
    code = f"import ctypes; libc = ctypes.CDLL(None, use_errno=True); print({call}, ctypes.get_errno())"

    def tried(profile: str) -> str:
        options = ["--rm", "--user", "0", "--cap-add", "SYS_ADMIN", "--entrypoint", "python3"]
        security = ["--security-opt", f"seccomp={profile}", "--security-opt", "apparmor=unconfined"]
        return docker("run", *options, *security, image, "-c", code).strip()

    assert tried("unconfined") == "0 0", f"{what} works here"
    assert tried(f"{shop}/harden-profile/seccomp.json") == "-1 1", "EPERM"


@pytest.mark.thorough
def test_a_root_process_keeps_the_capability_that_it_uses(tmp_path: Path) -> None:
    """It makes a folder and gives it away: one capability, and a tmpfs where the image has an empty folder."""
    shutil.copytree(APPS / "root-entrypoint", tmp_path, dirs_exist_ok=True)
    done = harden(
        tmp_path, "verify", "--probe", "http://localhost:8000/", "--select", "exec-form", "--no-times", "--profile",
        "--profile-dir", "p", "--stop-timeout", "1", "--format", "json", "--logs", "l",
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)["profile"]
    assert found["capabilities"] == {"drop": ["ALL"], "add": ["CHOWN"]}
    assert (found["read_only"], found["tmpfs"]) == (True, ["/srv"])


def test_a_second_run_has_nothing_to_change(shop: Path) -> None:
    rules = "exec-form,add-init,add-user,clean-package-cache"
    done = harden(shop, "verify", "--select", rules, "--no-times", "--format", "json", "--logs", "l")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["verdict"] == "unchanged"


def test_a_command_that_ends(tmp_path: Path) -> None:
    """Two commands with other arguments each, compared by exit code and output; one pass changes what is printed."""
    (tmp_path / "Dockerfile").write_text(
        "FROM python:3.11-slim\n"
        "CMD [\"python3\", \"-c\", \"import os; print('uid', os.getuid())\"]\n"
    )  # fmt: skip
    done = harden(
        tmp_path, "verify", "--run-cmd", "python3 -c 'print(6 * 7)'", "--run-cmd", "python3 -c 'exit(3)'",
        "--select", "add-user,add-init", "--no-times", "--format", "json", "--logs", "l",
    )  # fmt: skip
    assert done.returncode == 1, done.stderr
    report = json.loads(done.stdout)
    assert [entry["rule"] for entry in report["dropped"]] == ["add-user"]
    assert report["dropped"][0]["failures"] == ["its output differs: 'uid 10001' instead of 'uid 0'"]
    assert [answer["status"] for answer in report["after"]["answers"]] == [0, 3]
    assert report["after"]["state"] == "ended"
    assert "ENTRYPOINT" in report["dockerfile"]


def test_harden_verify_write_takes_its_probes_from_the_configuration(tmp_path: Path) -> None:
    shutil.copytree(APPS / "tiny", tmp_path, dirs_exist_ok=True)
    (tmp_path / "harden.toml").write_text(
        'select = ["exec-form"]\n[verify]\nprobe = ["http://localhost:8000/"]\nno-times = true\nstop-timeout = 2\n'
    )
    done = harden(tmp_path, "--verify", "--write", "Dockerfile")
    logs = Path(done.stdout.rpartition("logs: ")[2].strip())
    assert not left_behind(f"dev.harden.verify={logs.name}")
    shutil.rmtree(logs)
    assert done.returncode == 0, done.stderr
    assert "Compared by: http://localhost:8000/." in done.stdout
    assert (tmp_path / "Dockerfile").read_text().endswith('CMD ["httpd", "-f", "-p", "8000", "-h", "/www"]\n')


def test_a_probe_command_finds_the_container(tmp_path: Path) -> None:
    shutil.copytree(APPS / "tiny", tmp_path, dirs_exist_ok=True)
    (tmp_path / "ask.py").write_text(
        "import os\nimport urllib.request as u\ne = os.environ\n"
        "print(u.urlopen('http://' + e['HARDEN_HOST'] + ':' + e['HARDEN_PORT_80'] + '/').read())\n"
    )
    probe = f"{sys.executable} ask.py && test $HARDEN_PORT = $HARDEN_PORT_80 && test -n $HARDEN_CONTAINER"
    done = harden(
        tmp_path, "verify", "--probe-cmd", probe, "--port", "80:8000", "--select", "exec-form", "--no-times",
        "--stop-timeout", "2", "--no-cache", "--format", "json", "--logs", "l",
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["after"]["answers"][0]["status"] == 0


def test_a_target_build_arguments_and_secrets_reach_the_builds(tmp_path: Path) -> None:
    (tmp_path / "key").write_text("s3cret")
    (tmp_path / "Dockerfile").write_text(
        "FROM busybox AS one\nARG WORD=none\n"
        "RUN --mount=type=secret,id=key sh -c 'echo $WORD $(wc -c < /run/secrets/key) > /said'\n"
        "CMD cat /said\nFROM busybox\nCMD false\n"
    )
    done = harden(
        tmp_path, "verify", "--target", "one", "--build-arg", "WORD=given", "--secret", "id=key,src=key",
        "--select", "exec-form", "--no-times", "--format", "json", "--logs", "l", "--run-cmd", "cat /said",
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["before"]["answers"][0]["bytes"] == len("given 6\n")
    assert not any("s3cret" in path.read_text() for path in (tmp_path / "l").rglob("*") if path.is_file())
