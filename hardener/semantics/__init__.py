"""What a Dockerfile means."""
