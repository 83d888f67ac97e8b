"""Lossless trees of Dockerfiles, .dockerignore and YAML files, and nothing of what they mean."""

from hardener.syntax.dockerfile.parser import parse

__all__ = ["parse"]
