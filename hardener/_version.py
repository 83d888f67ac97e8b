"""The version of harden, read by the build."""

__version__ = "0.1.0"

#: where the pages of docs/ are published, one folder each
DOCUMENTATION = "https://hardener.readthedocs.io/en/stable"
