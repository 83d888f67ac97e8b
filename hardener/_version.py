"""The version of harden, read by the build."""

__version__ = "0.1.0"
