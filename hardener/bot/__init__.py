"""The bot: hardens repositories by pull requests of their forge, again and again without asking twice."""
