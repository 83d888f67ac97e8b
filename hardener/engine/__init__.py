"""The engine: runs the rules, proves each pass, and gives back a result."""
