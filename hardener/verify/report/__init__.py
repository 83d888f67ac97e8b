"""What verify says, as text, table, Markdown and HTML."""
