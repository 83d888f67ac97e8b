"""The rule locked-install and its thinking."""
