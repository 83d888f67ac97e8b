"""The grammar of tree-sitter-yaml, for `hardener.fast.grammars`."""


def language() -> str:
    """Return the name that the bridge knows the grammar by."""
    return "yaml"
