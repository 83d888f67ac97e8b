"""Reviews of pull requests of people: what harden would change of their container files, as suggestions."""
