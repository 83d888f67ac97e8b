"""The rule jvm-memory and its thinking."""
