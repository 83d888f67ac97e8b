"""Files and variables that look as if they held a secret, by their names (D04, D10, K12)."""

from __future__ import annotations

from hardener.fast.patterns import regex

_VARIABLE = regex(
    r"(?i)(?:^|_)(?:PASSWORD|PASSWD|PASSPHRASE|SECRET|SECRET_KEY(?:_BASE)?|TOKEN|API_?KEY|PRIVATE_KEY|ACCESS_KEY|"
    r"ENCRYPTION_KEY|CREDENTIALS)\Z"
)
_EXAMPLE = regex(r"(?i)(?:example|sample|template|dist|defaults?|tpl)\Z")
#: certificates, which everybody may see
_PUBLIC = regex(r"(?i)(?:^|/)(?:ca|cacerts?|ca-bundle|certs?|chain|fullchain|root[-_]?ca)(?:[._-]\w+)?\.pem\Z")
_KINDS = (
    (regex(r"(?:^|/)\.env(?:\.[\w-]+)*\Z"), "variables"),
    (regex(r"(?:^|/)(?:id_(?:rsa|dsa|ecdsa|ed25519)|[\w.-]+\.(?:pem|key|p12|pfx|jks|keystore|ppk))\Z"), "a key"),
    (regex(r"(?:^|/)(?:\.npmrc|\.yarnrc|\.pypirc|\.netrc|_netrc|\.git-credentials|\.dockercfg|\.htpasswd|\.pgpass)\Z"),
     "credentials"),
    (regex(r"(?:^|/)(?:\.docker/config\.json|\.aws/credentials|\.kube/config|kubeconfig|auth\.json)\Z"), "credentials"),
    (regex(r"(?i)(?:^|/)[\w.-]*(?:credentials|service[-_]?account[\w-]*|client[-_]secret)\.json\Z"), "credentials"),
    (regex(r"(?:^|/)[\w.-]+\.tfstate(?:\.backup)?\Z"), "the state of Terraform"),
    (regex(r"(?i)(?:^|/)secrets?\.(?:ya?ml|json|toml|ini|env|txt)\Z"), "secrets"),
)  # fmt: skip


def secret_kind(path: str) -> str:
    """Return what a file of this path may hold that is nobody's business, "" where its name says nothing."""
    if _EXAMPLE.search(path) or _PUBLIC.search(path):
        return ""
    return next((kind for pattern, kind in _KINDS if pattern.search(path)), "")


def names_secret(variable: str) -> bool:
    """Tell whether a variable of this name holds a secret."""
    return _VARIABLE.search(variable) is not None
