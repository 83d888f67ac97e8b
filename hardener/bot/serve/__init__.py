"""`harden bot serve`: webhooks in, requests out; loaded by that command alone."""
