FROM debian:bookworm-slim
USER app
RUN sudo apt-get update && sudo -E apt-get install -y a
