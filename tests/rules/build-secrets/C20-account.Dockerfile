FROM debian:trixie-slim
RUN echo "root:toor" | chpasswd
RUN echo "root:${ROOT_PASSWORD}" | chpasswd
RUN useradd app && \
    printf 'app:app\n' | sudo chpasswd
