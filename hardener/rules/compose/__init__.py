"""Rules for compose files, one file each; `base` says what one is."""
