FROM debian:bookworm-slim
RUN wget -qO- https://a.example/i.sh | bash
RUN apt-get update && curl -fsSL https://a.example/setup_20.x | sudo -E bash - && apt-get install -y nodejs
RUN curl -s https://a.example/i.sh | bash -s -- --yes
