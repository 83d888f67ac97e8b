"""The engine: runs the rules, checks what each one changed, and returns a result."""
