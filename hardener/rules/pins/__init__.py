"""Rules on what an image reference names: a family, each file one rule."""
