"""What goes wrong: a clear message, exit code 2 (or the signal's), and nothing left behind in the engine."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from conftest import docker, left_behind

from tests.corpus import ROOT

pytestmark = [pytest.mark.engine, pytest.mark.usefixtures("clean_engine")]
HARDEN = [sys.executable, "-m", "hardener", "verify", "--isolated", "--no-times", "--stop-timeout", "1", "--no-cache"]
SERVES = 'FROM busybox\nCMD ["nc", "-ll", "-p", "8000", "-e", "echo", "x"]\n'


def environment(**variables: str) -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": str(ROOT), "HARDEN_OFFLINE": "1", **variables}


def verify(folder: Path, text: str, *options: str, **variables: str) -> subprocess.CompletedProcess[str]:
    (folder / "Dockerfile").write_text(text)
    return subprocess.run(
        [*HARDEN, "--logs", str(folder / "logs"), *options],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
        timeout=90,
        env=environment(**variables),
    )


def failed(done: subprocess.CompletedProcess[str], message: str) -> None:
    assert done.returncode == 2, done.stderr
    assert message in done.stderr
    assert "Traceback" not in done.stderr
    assert done.stdout == ""


def test_an_original_that_does_not_build(tmp_path: Path) -> None:
    done = verify(tmp_path, "FROM busybox\nRUN echo the reason && false\n")
    failed(done, "error: the original does not build")
    assert "the reason" in done.stderr
    log = Path(done.stderr.rpartition("the whole log: ")[2].strip())
    assert "the reason" in log.read_text()


@pytest.mark.parametrize(
    ("text", "options", "message"),
    [
        ('FROM busybox\nCMD ["/nope"]\n', (), 'error: the original does not start (Error response from daemon'),
        ("FROM busybox\nCMD echo why; exit 4\n", (), "error: the original ends with exit code 4"),
        (SERVES, ("--probe", "http://localhost:8001/", "--wait", "3"), "error: the original does not answer"),
        (
            'FROM busybox\nCMD ["nc", "-ll", "-p", "8000", "-e", "sleep", "100"]\n',
            ("--probe", "http://localhost:8000/", "--wait", "3"),
            "s): there is nothing to compare with",
        ),
        (SERVES, ("--probe-cmd", "sleep 100", "--wait", "3"), "does not answer `sleep 100` (no end within"),
        (SERVES, ("--probe-cmd", "echo no >&2; exit 9", "--wait", "2"), "with 9 no"),
        (SERVES, ("--run-cmd", "sleep 100", "--wait", "3"), "does not answer `sleep 100` (no end within 3 s)"),
        (SERVES, ("--run-option=--nope",), "error: no container could be made: "),
        (SERVES, ("--build-option=--nope",), "error: the original does not build"),
    ],
)  # fmt: skip
def test_an_original_that_does_not_work(tmp_path: Path, text: str, options: tuple[str, ...], message: str) -> None:
    started = time.monotonic()
    failed(verify(tmp_path, text, *options), message)
    assert time.monotonic() - started < 40


def test_endless_output_of_a_container_is_cut(tmp_path: Path) -> None:
    done = verify(tmp_path, 'FROM busybox\nCMD ["yes", "a long line that is said again and again"]\n')
    assert done.returncode == 0, done.stderr
    assert "nothing to change" in done.stdout


def test_endless_output_of_a_build_is_cut_and_ended(tmp_path: Path) -> None:
    failed(verify(tmp_path, "FROM busybox\nRUN yes\n", "--timeout", "4"), "the build did not end within 4 s")
    assert sum(path.stat().st_size for path in (tmp_path / "logs").rglob("*.log")) < 17 * 2**20


def test_a_full_disk_of_the_engine_is_no_fault_of_a_pass(tmp_path: Path) -> None:
    fill = "RUN --mount=type=tmpfs,target=/small,size=65536 dd if=/dev/zero of=/small/x bs=1M count=4"
    failed(verify(tmp_path, f"FROM busybox\n{fill}\n"), "the container engine's disk is full: ")


@pytest.mark.skipif(os.getuid() != 0, reason="mounting a small disk needs root")
def test_a_full_disk_for_the_logs(tmp_path: Path) -> None:
    small = tmp_path / "logs"
    small.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=64k", "none", str(small)], check=False)
    if mounted.returncode:
        pytest.skip("this machine lets nobody mount")
    try:
        done = verify(tmp_path, f"FROM busybox\nRUN for i in $(seq 20000); do echo a line of {time.time()}; done\n")
        failed(done, "build.log: cannot be written: No space left on device")
    finally:
        subprocess.run(["umount", str(small)], check=True)


def test_no_engine(tmp_path: Path) -> None:
    done = verify(tmp_path, SERVES, "--engine", "docker", DOCKER_HOST=f"unix://{tmp_path}/nothing.sock")
    failed(done, "error: no container engine answers (docker: Cannot connect")


def test_a_program_that_is_none(tmp_path: Path) -> None:
    failed(verify(tmp_path, SERVES, "--engine", "nope"), "(nope: not installed)")


@contextlib.contextmanager
def started(folder: Path, text: str, until: str, **variables: str) -> Iterator[subprocess.Popen[str]]:
    """Start a verification and yield it once it has said `until`."""
    (folder / "Dockerfile").write_text(text)
    child = subprocess.Popen(
        [*HARDEN, "--verbose", "--logs", str(folder / "logs")],
        cwd=folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=environment(**variables),
    )
    assert child.stderr is not None
    try:
        for line in child.stderr:
            if until in line:
                break
        yield child
    finally:
        child.kill()
        child.communicate()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
@pytest.mark.parametrize("phase", ["build", "run"])
def test_interrupted(tmp_path: Path, number: signal.Signals, phase: str) -> None:
    slow = f"FROM busybox\nRUN sleep 6{int(number)}\n"
    text, until = (slow, "building the original") if phase == "build" else (SERVES, "running the original")
    with started(tmp_path, text, until) as child:
        time.sleep(1.5)
        child.send_signal(number)
        _, said = child.communicate(timeout=30)
        assert child.returncode == 128 + number, said
        assert said.endswith("error: stopped; its images and containers are removed\n")
        assert "Traceback" not in said


def test_a_second_interrupt_does_not_stop_the_cleaning(tmp_path: Path) -> None:
    with started(tmp_path, SERVES, "running the original") as child:
        time.sleep(1)
        for _ in range(10):
            child.send_signal(signal.SIGINT)
            time.sleep(0.05)
        _, said = child.communicate(timeout=30)
        assert child.returncode == 130, said


class Proxy:
    """A way to the engine that can be cut."""

    def __init__(self, path: Path, target: str) -> None:
        self.target = target
        self.open: list[socket.socket] = []
        self.server = socket.socket(socket.AF_UNIX)
        self.server.bind(str(path))
        self.server.listen()
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                near, _ = self.server.accept()
                far = socket.socket(socket.AF_UNIX)
                far.connect(self.target)
                self.open += [near, far]
                for one, two in ((near, far), (far, near)):
                    threading.Thread(target=self._pump, args=(one, two), daemon=True).start()

    @staticmethod
    def _pump(one: socket.socket, two: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while data := one.recv(65536):
                two.sendall(data)
            two.shutdown(socket.SHUT_WR)

    def cut(self) -> None:
        self.server.close()
        for end in self.open:
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
            end.close()


@pytest.mark.parametrize("phase", ["build", "run"])
def test_the_engine_goes_away_half_way(tmp_path: Path, phase: str) -> None:
    host = os.environ["DOCKER_HOST"]
    if not host.startswith("unix://"):
        pytest.skip("the test cuts a unix socket")
    way = tmp_path / "way.sock"
    proxy = Proxy(way, host.removeprefix("unix://"))
    slow = f"FROM busybox\nRUN sleep 5{os.getpid()}\n"
    text, until = (slow, "building the original") if phase == "build" else (SERVES, "running the original")
    with started(tmp_path, text, until, DOCKER_HOST=f"unix://{way}") as child:
        time.sleep(1.5)
        way.unlink()
        proxy.cut()
        _, said = child.communicate(timeout=60)
    assert child.returncode == 2, said
    assert "error: the container engine went away: " in said
    assert "Traceback" not in said
    if phase == "run":
        # what could not be removed is said, with the command that removes it
        advice = next(line for line in said.splitlines() if "once the engine answers: " in line)
        assert left_behind(advice.split("label=")[1].split(" ")[0])
        subprocess.run(advice.partition("answers: ")[2], shell=True, check=True, stdout=subprocess.DEVNULL)


def test_what_others_made_is_not_touched(tmp_path: Path) -> None:
    other = docker("create", "--label", "dev.harden.verify=another-run", "busybox", "true").strip()
    try:
        done = verify(tmp_path, SERVES)
        assert done.returncode == 0, done.stderr
        assert docker("inspect", "--format", "{{.State.Status}}", other).strip() == "created"
    finally:
        docker("rm", "-f", other)
