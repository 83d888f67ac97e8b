"""Dockerfiles as a lossless tree."""
