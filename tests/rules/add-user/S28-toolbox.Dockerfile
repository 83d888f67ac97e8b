FROM debian:trixie-slim
CMD ["bash"]
