"""The rule exec-form and its thinking."""
