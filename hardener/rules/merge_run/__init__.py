"""The rule merge-run and its thinking."""
