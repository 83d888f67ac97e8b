"""What a build need not bring: .dockerignore made or completed."""
