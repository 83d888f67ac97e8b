"""Output: pure functions of a result."""
