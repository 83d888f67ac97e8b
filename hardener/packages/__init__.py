"""Package managers: their commands in a RUN, their lists and caches, what an installation reads."""
