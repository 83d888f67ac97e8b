"""Node projects: package.json and the lock files."""
