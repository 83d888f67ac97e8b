"""The services of a compose file, run in a project of their own that keeps to itself."""
