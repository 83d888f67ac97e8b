"""The rule slim-base and its thinking."""
