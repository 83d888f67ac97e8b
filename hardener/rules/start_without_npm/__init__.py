"""The rule start-without-npm and its thinking."""
