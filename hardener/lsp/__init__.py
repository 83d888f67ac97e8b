"""The language server: what harden knows of a file, in the terms of an editor. Loaded by `harden lsp` alone."""
