"""Kubernetes as a second judge of a profile: its reader where kubectl is, a cluster where one is named for tests."""

from __future__ import annotations

import json
import os
import subprocess
from typing import Any

import pytest
import yaml

from hardener.verify.profile.fragments import kubernetes
from hardener.verify.profile.profile import Profile
from tests.corpus import needs_program

pytestmark = needs_program("kubectl")
#: a kubeconfig: no other cluster is touched
CLUSTER = os.environ.get("HARDEN_TEST_KUBECONFIG", "")
CALLS: dict[str, Any] = {"defaultAction": "SCMP_ACT_ERRNO"}
ALL = Profile(("CHOWN",), True, True, ("/run", "/tmp"), (), CALLS, "SCMP_ARCH_X86_64", (), ())
NONE = Profile((), True, True, ("/tmp",), (), None, "", (), ())


def pod(found: Profile, **more: object) -> dict[str, Any]:
    """Return a pod with the fragment of a profile."""
    spec = yaml.safe_load(kubernetes(found))
    spec["containers"][0] |= {"image": "busybox", **more}
    return {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "harden-profile"}, "spec": spec}


def kubectl(*words: str, given: str = "") -> subprocess.CompletedProcess[str]:
    """Run kubectl and return what it said."""
    return subprocess.run(["kubectl", *words], input=given, capture_output=True, text=True, check=False, timeout=120)


@pytest.mark.parametrize("found", [ALL, NONE])
def test_kubernetes_reads_each_setting(found: Profile) -> None:
    """kubectl reads a pod with the types of Kubernetes: what has another name is lost, another type is an error."""
    asked = pod(found)
    done = kubectl("set", "image", "--local", "-f", "-", "app=other", "-o", "json", given=json.dumps(asked))
    assert done.returncode == 0, done.stderr
    read = json.loads(done.stdout)["spec"]
    assert read["containers"][0]["securityContext"] == asked["spec"]["containers"][0]["securityContext"]
    assert read["containers"][0]["volumeMounts"] == asked["spec"]["containers"][0]["volumeMounts"]
    assert read["volumes"] == asked["spec"]["volumes"]


@pytest.mark.slow
@pytest.mark.skipif(not CLUSTER, reason="HARDEN_TEST_KUBECONFIG names no cluster for tests")
def test_a_pod_runs_under_a_profile_and_not_as_root() -> None:
    script = "touch /tmp/a && ! touch /a && ! grep -q 'CapBnd:.*[1-9a-f]' /proc/self/status && id -u && sleep 60"
    asked = pod(NONE, command=["sh", "-c", script])
    asked["spec"] |= {"restartPolicy": "Never", "securityContext": {"runAsNonRoot": True, "runAsUser": 10001}}
    config = ("--kubeconfig", CLUSTER)
    made = kubectl(*config, "create", "-f", "-", given=json.dumps(asked))
    assert made.returncode == 0, made.stderr
    try:
        ready = kubectl(*config, "wait", "--for=condition=Ready", "--timeout=90s", "pod/harden-profile")
        assert ready.returncode == 0, ready.stderr
        assert kubectl(*config, "logs", "harden-profile").stdout.strip() == "10001"
    finally:
        kubectl(*config, "delete", "pod", "harden-profile", "--now", "--ignore-not-found")
