"""The rule add-init and its thinking."""
