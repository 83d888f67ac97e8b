"""The rule shallow-clone and its thinking."""
