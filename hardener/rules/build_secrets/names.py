"""What looks like a secret: the name of a variable, a value, a file."""

from __future__ import annotations

import re
from posixpath import basename

from hardener.fast.patterns import regex

#: a word that a secret's name ends with; `GPG_KEY` and `SIGNING_KEY_ID` are public, and so is what `PUBLIC` says it is
_SECRET = regex(
    r"(?:\A|_)(?:PASSWORD|PASSWD|PASSPHRASE|PASS|PWD|TOKEN|SECRET|CREDENTIALS?|API_?KEY|PGPASSWORD|AUTHTOKEN|"
    r"(?:PRIVATE|SECRET|ACCESS|SSH|AUTH)_?KEY|SECRET_KEY_BASE)\Z",
    re.IGNORECASE,
)
_PUBLIC = regex(r"(?:\A|_)(?:PUBLIC|ALLOW|EMPTY|RANDOM)(?:_|\Z)|\A(?:VITE|REACT_APP|NG)_", re.IGNORECASE)
#: what stands where a secret is to come from elsewhere, or is none
_PLACEHOLDER = regex(
    r"\A(?:|true|false|yes|no|on|off|none|null|nil|undefined|[01]|/[\w./-]*|<.*>|\{\{.*|\*.*|x{3,}|unused|"
    r"(?:dummy|fake|placeholder|example).*|not[-_ ]?(?:used|set|needed|a[-_ ]?secret).*|"
    r"(?:replace|your|insert|todo)[-_ ].*|build(?:[-_ ]?time)?.*)\Z",
    re.IGNORECASE,
)
#: values whose form alone says that they are secrets
_FORM = regex(
    r"(?<![A-Za-z0-9])(?:gh[pousr]_[A-Za-z0-9]{36}|github_pat_\w{60,}|glpat-[\w-]{20}|npm_[A-Za-z0-9]{36}|"
    r"(?:AKIA|ASIA)[A-Z0-9]{16}|xox[abprs]-[\w-]{20,}|sk_live_[A-Za-z0-9]{20,}|sk-ant-[\w-]{40,}|AIza[\w-]{35}|"
    r"pypi-AgEI[\w-]{50,})(?![A-Za-z0-9])|-----BEGIN (?:[A-Z]+ )?PRIVATE KEY-----"
)
#: a literal password in an address
_ADDRESS = regex(r"\b[a-z][a-z0-9+.-]*://[^\s:/@$\"'<{*]*:([^\s:/@$\"'<{*]{3,})@[\w.-]+", re.IGNORECASE)
_FILES = frozenset(
    (
        "id_rsa", "id_dsa", "id_ecdsa", "id_ed25519", ".env", ".env.local", ".netrc", ".pypirc", ".git-credentials",
        ".vault-token", ".pgpass", ".dockerconfigjson",
    )
)  # fmt: skip
#: what keeps secrets in the form of a folder and a name
_PLACES = (".aws/credentials", ".docker/config.json", ".kube/config")


def is_secret_name(name: str) -> bool:
    """Tell whether a variable is named like a secret that nobody is meant to see."""
    return _SECRET.search(name) is not None and _PUBLIC.search(name) is None


def is_empty(value: str | None) -> bool:
    """Tell whether an ARG has no default, or an empty one."""
    return not (value or "").strip("\"'")


def is_literal(value: str) -> bool:
    """Tell whether a value is written out and stands for itself: no variable, no path, no placeholder."""
    plain = value.strip("\"'")
    return "$" not in plain and _PLACEHOLDER.match(plain) is None


def secret_value(text: str) -> str:
    """Return what kind of value in a text is a secret by its form alone, "" without one; never the value itself."""
    if _FORM.search(text):
        return "a token or key"
    found = _ADDRESS.search(text) if "@" in text else None
    return "a password in an address" if found is not None and _PLACEHOLDER.match(found[1]) is None else ""


def is_secret_file(source: str) -> bool:
    """Tell whether a source of COPY is, by its name, a private key or a list of secrets."""
    plain = source.strip("\"'").rstrip("/")
    return basename(plain) in _FILES or plain.endswith(_PLACES)
