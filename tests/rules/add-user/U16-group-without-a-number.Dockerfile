FROM debian:bookworm-slim
RUN groupadd web && useradd -u 1235 -g web bob
USER bob:web
CMD ["sleep", "9"]
