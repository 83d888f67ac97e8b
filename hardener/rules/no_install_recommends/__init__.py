"""The rule no-install-recommends and its thinking."""
