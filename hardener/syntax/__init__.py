"""Syntax of a Dockerfile: a lossless tree and nothing of what it means."""

from hardener.syntax.dockerfile.parser import parse

__all__ = ["parse"]
