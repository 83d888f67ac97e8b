"""What a change of harden does to the world: every diff and finding that differs between two commands."""
