"""Python projects: manifests, lock files, markers and wheels."""
