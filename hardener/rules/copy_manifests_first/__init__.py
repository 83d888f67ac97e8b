"""The rule copy-manifests-first and its thinking."""
