"""The rule add-user and its thinking."""
