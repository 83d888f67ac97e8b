"""The instructions that BuildKit knows, and the flags that each of them takes: the one table of both."""

from __future__ import annotations

#: what a flag takes: "true" or "false" or nothing, a text, or a text and the flag may stand more than once
BOOL, TEXT, MANY = "bool", "text", "many"

#: `--device` and `--security` are flags of some builds of the frontend only; which one builds is not in the file
FLAGS: dict[str, dict[str, str]] = {
    "FROM": {"platform": TEXT},
    "RUN": {"mount": MANY, "network": TEXT, "security": TEXT, "device": MANY},
    "CMD": {},
    "ENTRYPOINT": {},
    "COPY": {"from": TEXT, "chown": TEXT, "chmod": TEXT, "link": BOOL, "parents": BOOL, "exclude": MANY},
    "ADD": {
        "chown": TEXT,
        "chmod": TEXT,
        "link": BOOL,
        "keep-git-dir": BOOL,
        "checksum": TEXT,
        "unpack": BOOL,
        "exclude": MANY,
    },
    "ENV": {},
    "ARG": {},
    "LABEL": {},
    "EXPOSE": {},
    "USER": {},
    "WORKDIR": {},
    "VOLUME": {},
    "SHELL": {},
    "STOPSIGNAL": {},
    "HEALTHCHECK": {"interval": TEXT, "timeout": TEXT, "start-period": TEXT, "start-interval": TEXT, "retries": TEXT},
    "MAINTAINER": {},
    "ONBUILD": {},
}
KEYWORDS = frozenset(FLAGS)
#: instructions whose flags BuildKit never looks at
FLAGS_UNREAD = frozenset({"ARG", "STOPSIGNAL"})
SHELL_OR_EXEC = frozenset({"RUN", "CMD", "ENTRYPOINT", "SHELL"})
WORDS_OR_EXEC = frozenset({"COPY", "ADD", "VOLUME"})
HEREDOC_KEYWORDS = frozenset({"RUN", "COPY", "ADD"})
