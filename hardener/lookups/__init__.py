"""What answers the questions of rules about the world: build context, build files, registries, update policy."""
