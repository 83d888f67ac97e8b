"""The rule copy-chmod-chown and its thinking."""
