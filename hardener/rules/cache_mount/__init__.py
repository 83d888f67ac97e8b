"""The rule cache-mount and its thinking."""
