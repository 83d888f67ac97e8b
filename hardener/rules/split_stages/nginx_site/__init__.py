"""nginx-site: a site that a Node program serves is served by nginx, with the settings of that program."""
