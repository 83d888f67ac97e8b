"""What a result says to a person or a program: one file an output."""
