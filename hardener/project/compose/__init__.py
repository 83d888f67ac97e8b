"""Compose files: their services as the rules for Dockerfiles and those for compose files see them."""
