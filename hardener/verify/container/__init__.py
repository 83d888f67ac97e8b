"""An image built and run: the engine, the container and what it did."""
