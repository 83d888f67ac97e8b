FROM debian:bookworm-slim
COPY setup.sh /
RUN /setup.sh
RUN useradd app
USER app
CMD ["sleep", "1"]
