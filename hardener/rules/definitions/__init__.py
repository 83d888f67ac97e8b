"""Rules for bake files and the files of dev containers: one file a rule."""
