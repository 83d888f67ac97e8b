FROM registry.example/down
