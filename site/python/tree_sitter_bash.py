"""The grammar of tree-sitter-bash, for `hardener.fast.grammars`."""


def language() -> str:
    """Return the name that the bridge knows the grammar by."""
    return "bash"
