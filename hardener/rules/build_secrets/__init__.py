"""build-secrets: secrets do not stay in an image or its history."""
