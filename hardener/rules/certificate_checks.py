"""certificate-checks (HD310)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TypeVar

from hardener.errors import Refusal
from hardener.fast.patterns import regex
from hardener.image.config import Effect
from hardener.image.runs import commands_body
from hardener.rules.base import Rule, Safety
from hardener.shell import Command
from hardener.shell.invocation import invocation_of
from hardener.syntax.dockerfile.nodes import Arg, Env, Instruction, Run
from hardener.syntax.dockerfile.views import pairs

I = TypeVar("I", bound=Instruction)  # noqa: E741

#: a check is switched off by something that has one of these, or by a letter of curl
_HINTS = (
    "insecure", "no-check-cert", "trusted", "strict-ssl", "strictSsl", "NO_VERIFY", "REJECT_UNAUTH", "HTTPSVERIFY",
    "sslVerify", "STRICT_SSL", "strict_ssl", "TRUSTED_HOST", "SSL_VERIFY", "INSECURE", "verify_ssl", "verify-ssl",
    "sslverify", "ssl_verify", "--nosignature", "--nodigest", "--noverify", "--nofiledigest", "nauthenticated",
    "force-yes", "allow-unsigned", "gpg-check", "gpgcheck", "EnableStrictSsl", "enableStrictSsl",
)  # fmt: skip
_LETTER = regex(r"-[a-zA-Z]*k")
#: variables that switch a check off, and the values that do so
_VARIABLES = {
    "GIT_SSL_NO_VERIFY": regex(r"(?!(?:|0|false|no|off)\Z)", flags=re.IGNORECASE),
    "NODE_TLS_REJECT_UNAUTHORIZED": regex(r"0\Z"),
    "PYTHONHTTPSVERIFY": regex(r"0\Z"),
    "PIP_TRUSTED_HOST": regex(r"."),
    "UV_INSECURE_HOST": regex(r"."),
    "NPM_CONFIG_STRICT_SSL": regex(r"false\Z"),
    "npm_config_strict_ssl": regex(r"false\Z"),
    "YARN_STRICT_SSL": regex(r"false\Z"),
    "YARN_ENABLE_STRICT_SSL": regex(r"(?:false|0)\Z"),
    "CONDA_SSL_VERIFY": regex(r"(?:false|no|0)\Z", flags=re.IGNORECASE),
    "GOINSECURE": regex(r"."),
}
#: options that switch a check off, by program
_OPTIONS = {
    "curl": ("--insecure", "--proxy-insecure"),
    "wget": ("--no-check-certificate",),
    "pip": ("--trusted-host",),
    "uv": ("--allow-insecure-host", "--insecure-host"),
    "apt-get": ("--allow-unauthenticated", "--force-yes"),
    "apk": ("--allow-untrusted",),
    "dnf": ("--nogpgcheck", "--no-gpgchecks", "--no-gpg-checks"),
    "zypper": ("--no-gpg-checks", "--allow-unsigned-rpm"),
    "conda": ("--insecure",),
    "gem": ("--no-verify-ssl",),
    "rpm": ("--nosignature", "--nodigest", "--noverify", "--nofiledigest"),
}
_SAME = {"apt": "apt-get", "yum": "dnf", "microdnf": "dnf", "tdnf": "dnf", "pip3": "pip", "mamba": "conda"}
#: letters of curl that take the rest of the word as their value
_VALUED = frozenset("AbcCdDeEFhHKmoPQrtTuUwxXyYz")
_INSTALLERS = frozenset(("apt-get", "apk", "dnf", "zypper"))
_FETCHES = regex(r"\b(?:curl|wget|aria2c)\b")
_LOCAL = regex(r"(?:https?://)?(?:localhost|127\.0\.0\.1|\[::1\])(?:[:/]|\Z)")
#: a setting that a command writes: `npm config set strict-ssl false`, `git config http.sslVerify false`
_SETTING = regex(
    r"(?:config|set)\b.*\b(?:strict-ssl|strictSsl|enableStrictSsl|https?\S*\.sslVerify|ssl_verify)[ =\"']+"
    r"(?:false|0|no)\b"
    r"|-c\s*[\"']?http\.sslVerify=(?:false|0)\b"
    r"|--setopt[= ](?:\S+\.)?sslverify=(?:false|0|no)\b"
    r"|config set (?:global\.)?trusted-host\b",
    flags=re.IGNORECASE,
)
#: what a repository of packages on the disk is not
_CONFIGURED = regex(
    r"\[[^\]]*\btrusted=yes\b[^\]]*\]\s*(?!file:|copy:|cdrom:)[a-z$]|AllowUnauthenticated\W+(?:true|1)\b|\bgpgcheck=0\b"
)
_MESSAGE = "anybody between the build and the server can serve another file"
_ALLOW = "install ca-certificates, or add the certificate or key, and remove this"


class CertificateChecks(Rule):
    """Do not switch off the checks of certificates and signatures.

    ## What it does
    Reports what switches off the check of a server's certificate or of a package's signature: options such as
    `curl -k`, `wget --no-check-certificate`, `pip --trusted-host`, `apt-get --allow-unauthenticated` and
    `apk --allow-untrusted`, settings of git, npm, Yarn, apt and dnf, and variables such as `GIT_SSL_NO_VERIFY` and
    `NODE_TLS_REJECT_UNAUTHORIZED=0`.

    ## Why
    Without the check anybody between the build and the server can serve another file, which then runs in the build and
    in the container. As an ENV the setting also holds for the program in the container.

    ## Example
    ```dockerfile
    FROM debian:trixie-slim
    RUN curl -fsSLk https://example.com/tool -o /usr/local/bin/tool
    ```
    is reported, and
    ```dockerfile
    FROM debian:trixie-slim
    RUN curl -fsSL https://example.com/tool -o /usr/local/bin/tool
    ```
    is not.

    ## Fix safety
    There is no rewrite: the option may be there because a certificate is missing, and the build would stop without it
    (C28).

    ## When it only reports
    - C28: always
    """

    code = "HD310"
    name = "certificate-checks"
    safety = Safety.SAFE
    effects = frozenset[Effect]()

    @classmethod
    def words(cls) -> tuple[str, ...]:
        """Return what any of its findings is about."""
        return (*_HINTS, "curl")

    def leave_Run(self, original: Run, updated: Run) -> Run:
        """Report the first check that a RUN switches off."""
        stage = self.model.holder(original) if original.remembered(_may_switch_off, "") else None
        body = commands_body(self.model, stage, original) if stage is not None else None
        found = (_switched_off(command, body.text) for command in body.commands) if body is not None else iter(())
        return self._told(original, updated, next(filter(None, found), ""))

    def leave_Env(self, original: Env, updated: Env) -> Env:
        """Report an ENV that switches a check off."""
        return self._variables(original, updated)

    def leave_Arg(self, original: Arg, updated: Arg) -> Arg:
        """Report an ARG whose default switches a check off."""
        return self._variables(original, updated)

    def _variables(self, original: I, updated: I) -> I:
        named = pairs(original, self.model.escape) if original.remembered(_may_switch_off, "") else ()
        found = (f"{name}={value}" for name, value in named if _is_off(name, value or ""))
        return self._told(original, updated, next(found, ""))

    def _told(self, original: I, updated: I, found: str) -> I:
        if not found:
            return updated
        return self.report(original, updated, Refusal("C28", f"`{found}` switches a check off", _ALLOW), _MESSAGE)


def _may_switch_off(node: Instruction, _: str) -> bool:
    """Tell, at a cheap look, whether an instruction has to be read."""
    code = node.code
    return any(hint in code for hint in _HINTS) or ("curl" in code and _LETTER.search(code) is not None)


def _is_off(name: str, value: str) -> bool:
    pattern = _VARIABLES.get(name)
    plain = value.strip("\"'")
    return pattern is not None and "$" not in plain and pattern.match(plain) is not None


def _switched_off(command: Command, text: str) -> str:
    """Return the variable, option or setting of a command that switches a check off, "" without one."""
    words = [word.raw if word.value is None else word.value for word in command.words]
    pairs = [(item.name, item.value.value or item.value.raw) for item in command.assignments]
    pairs += [(name, value) for name, equals, value in (word.partition("=") for word in words) if equals]
    variable = next((f"{name}={value}" for name, value in pairs if _is_off(name, value)), "")
    if variable:
        return variable
    call = invocation_of(command)
    program = _SAME.get(call.program, call.program) if call is not None else ""
    if call is None or not program:
        return ""
    if any(_LOCAL.match(word) for word in words[call.rest :]):
        return ""
    if program in _INSTALLERS and _is_made_here(words[call.rest :], text):
        return ""
    option = next((word for word in words[call.rest :] if _is_option(program, word)), "")
    found = option or _setting(program, words[call.rest :])
    return f"{call.program} {found}" if found else ""


def _is_option(program: str, word: str) -> bool:
    if word.partition("=")[0] in _OPTIONS.get(program, ()):
        return True
    return program == "curl" and word[:1] == "-" and word[1:2] not in ("", "-") and _cluster_has_k(word[1:])


def _cluster_has_k(letters: str) -> bool:
    for letter in letters:
        if letter == "k":
            return True
        if letter in _VALUED:
            return False
    return False


def _setting(program: str, words: Sequence[str]) -> str:
    """Return the setting that a command writes into a configuration, in short."""
    text = " ".join(words)
    if program in ("npm", "yarn", "pnpm", "git", "pip", "conda", "dnf", "yum-config-manager") and _SETTING.search(text):
        return text[:60]
    found = _CONFIGURED.search(text) if program in ("echo", "printf", "sed") else None
    return f"… {found[0].partition(']')[0].strip('[ ')}" if found else ""


def _is_made_here(words: Sequence[str], text: str) -> bool:
    """Tell whether only packages are installed that lie in the build, in a RUN that downloads nothing."""
    names = [word for word in words if not word.startswith("-") and word not in ("add", "install", "localinstall")]
    local = all("/" in name or name.endswith((".apk", ".deb", ".rpm")) for name in names)
    return bool(names) and local and not _FETCHES.search(text)
