"""The profile of an image as fragments of the files that run it: of a compose file, of a Kubernetes pod."""

from __future__ import annotations

import json

from hardener.verify.profile.profile import SECCOMP_FILE, Profile


def compose(found: Profile) -> str:
    """Return the profile as a fragment of a compose file."""
    out = ["services:", "  app:"]
    if found.capabilities is not None:
        out.append("    cap_drop: [ALL]")
        if found.capabilities:
            out.append(f"    cap_add: [{', '.join(found.capabilities)}]")
    security = ["no-new-privileges:true"] * found.no_new_privileges
    security += [f"seccomp:./{SECCOMP_FILE}"] * (found.seccomp is not None)
    if security:
        out += ["    security_opt:", *(f"      - {line}" for line in security)]
    if found.read_only:
        out.append("    read_only: true")
    if found.tmpfs:
        out += ["    tmpfs:", *(f"      - {json.dumps(folder)}" for folder in found.tmpfs)]
    return "\n".join(out) + "\n" if len(out) > 2 else "services:\n  app: {}\n"


def kubernetes(found: Profile) -> str:
    """Return the profile as a fragment of the pod of a Kubernetes manifest."""
    settings = []
    if found.no_new_privileges:
        settings.append("allowPrivilegeEscalation: false")
    if found.read_only:
        settings.append("readOnlyRootFilesystem: true")
    if found.capabilities is not None:
        settings += ["capabilities:", "  drop: [ALL]"]
        settings += [f"  add: [{', '.join(found.capabilities)}]"] * bool(found.capabilities)
    if found.seccomp is not None:  # a path below the folder of seccomp profiles of each node
        settings += ["seccompProfile:", "  type: Localhost", f"  localhostProfile: {SECCOMP_FILE}"]
    out = ["containers:", "  - name: app"]
    out += ["    securityContext:" if settings else "    securityContext: {}", *(f"      {line}" for line in settings)]
    if not found.tmpfs:
        return "\n".join(out) + "\n"
    named = [(f"writable-{number}", folder) for number, folder in enumerate(found.tmpfs, 1)]
    out += ["    volumeMounts:"]
    out += [
        line for name, folder in named for line in (f"      - name: {name}", f"        mountPath: {json.dumps(folder)}")
    ]
    out += ["volumes:", *(line for name, _ in named for line in (f"  - name: {name}", "    emptyDir: {}"))]
    return "\n".join(out) + "\n"
