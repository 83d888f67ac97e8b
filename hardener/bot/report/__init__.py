"""A report over a fleet: what is left, what became of requests, what holds most back."""
