"""The rule healthcheck and its thinking."""
