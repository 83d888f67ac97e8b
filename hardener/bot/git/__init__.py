"""Git by git itself, with nothing of a repository or of this machine's configuration taken for a command."""
