FROM debian:bookworm-slim
RUN groupadd -g 1234 web && useradd -u 1235 -g web bob
USER bob:web
CMD ["sleep", "9"]
