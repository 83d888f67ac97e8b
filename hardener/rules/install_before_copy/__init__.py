"""The rule install-before-copy and its thinking."""
