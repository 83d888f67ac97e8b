"""The file .dockerignore."""
