"""Which files and folders of a repository show that its images are run by something else than Docker (U11)."""

from __future__ import annotations

from hardener.fast.patterns import regex

#: Kubernetes and what writes its manifests, Nomad, services of clouds: none of them is sure to set what Docker sets
_ELSEWHERE = regex(
    r"(?i)(?!.*\.(?:dockerfile|context|diff|md|[cm]?[jt]sx?|py|go|java|cs|rb|rs|php|png|svg)\Z)(?:(?:.*[-_.])?(?:k8s|kube\w*|helm|openshift|nomad|fargate|knative|argocd|eks|aks|gke)(?:[-_.].*)?\Z"
    r"|(?:charts?|kustomize|manifests?|ecs|copilot|terraform|overlays)(?:[-_].*)?\Z"
    r"|(?:skaffold|kustomization|chart|werf|devspace|okteto)[\w.-]*\.ya?ml\Z|helmfile.*\Z|tiltfile\Z|fly\.toml\Z"
    r"|.*(?:deployment|statefulset|daemonset)[\w.-]*\.ya?ml\Z|.*task[-_]?def[\w.-]*\.json\Z|.*\.tf\Z)"
)


def runs_elsewhere(name: str) -> bool:
    """Tell whether a file or folder of this name shows that images are run by something else than Docker."""
    return _ELSEWHERE.match(name) is not None
