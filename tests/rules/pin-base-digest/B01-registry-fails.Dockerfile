FROM registry.example/down:1
RUN true
