"""Fuzzing: machines look for faults of harden before users do. `python -m fuzz --hours 2`."""
