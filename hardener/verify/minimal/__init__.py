"""A stage with what the application touched and no more: traced, closed, written, and proved by running."""
