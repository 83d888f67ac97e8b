"""Whether a YAML text is a Kubernetes manifest, told by what it says: any name will do for one."""

from __future__ import annotations

from hardener.fast.patterns import regex

#: kinds whose pods harden reads, with where the pod stands in them
PODS = {
    "Pod": ("spec",),
    "Deployment": ("spec", "template", "spec"),
    "StatefulSet": ("spec", "template", "spec"),
    "DaemonSet": ("spec", "template", "spec"),
    "ReplicaSet": ("spec", "template", "spec"),
    "ReplicationController": ("spec", "template", "spec"),
    "Job": ("spec", "template", "spec"),
    "CronJob": ("spec", "jobTemplate", "spec", "template", "spec"),
}
_VERSION = regex(r"(?m)^\ufeff?[ ]*(?:- )?['\"]?apiVersion['\"]?:")
_KIND = regex(r"(?m)^\ufeff?[ ]*(?:- )?['\"]?kind['\"]?:[ \t]*['\"]?[A-Z]\w+")
_WORKLOAD = regex(r"(?m)^\ufeff?[ ]*(?:- )?['\"]?kind['\"]?:[ \t]*['\"]?(?:" + "|".join(PODS) + r")\b")
#: in a template of Helm and the like, YAML only once it is filled in
_TEMPLATE = regex(r"\{\{-?[^\n]*\}\}")


def names_chart(name: str) -> bool:
    """Tell whether a file of this name or path says what a Helm chart is."""
    return name.replace("\\", "/").rpartition("/")[2] == "Chart.yaml"


def says_version(text: str) -> bool:
    """Tell whether a YAML text says of which version of an interface it is."""
    return _VERSION.search(text) is not None


def says_manifest(text: str) -> bool:
    """Tell whether a YAML text is a manifest: it says of what version and kind it is."""
    return _VERSION.search(text) is not None and _KIND.search(text) is not None


def says_workload(text: str) -> bool:
    """Tell whether a YAML text is a manifest of something that runs containers."""
    return _VERSION.search(text) is not None and _WORKLOAD.search(text) is not None


def template_line(text: str) -> int:
    """Return the line, from 1, of the first place that a template engine fills in; 0 without any."""
    found = _TEMPLATE.search(text)
    return text.count("\n", 0, found.start()) + 1 if found is not None else 0
