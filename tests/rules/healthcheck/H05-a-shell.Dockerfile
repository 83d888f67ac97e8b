FROM debian:bookworm-slim
COPY . /opt
CMD ["bash"]
