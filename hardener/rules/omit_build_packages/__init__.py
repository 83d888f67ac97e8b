"""The rule omit-build-packages and its thinking."""
