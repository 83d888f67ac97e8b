"""The rule healthcheck and its thinking."""

from __future__ import annotations

from hardener.fast.patterns import regex

#: what may be a service whose sources are read: only a cheap look
SERVICES = regex(r"node|npm|yarn|pnpm|nest|ts-node|tsx|\.[cm]?js\b|uvicorn|gunicorn|hypercorn|fastapi|flask|\.py\b")
