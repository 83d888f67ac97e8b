"""What a program was seen to need: capabilities, writable folders, system calls."""
