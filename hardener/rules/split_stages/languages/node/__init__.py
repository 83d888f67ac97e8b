"""Node: servers and static sites."""
