"""What of the project an installation reads, by language."""
