"""Python: pip, virtual environments, uv, Poetry and Pipenv."""
