FROM debian:trixie-slim
RUN apt-get update && apt-get install -y curl gnupg
RUN curl -fsSL https://example.com/key.asc | gpg --dearmor -o /usr/share/keyrings/x.gpg
RUN echo 'deb [signed-by=/usr/share/keyrings/x.gpg] https://example.com stable main' > /etc/apt/sources.list.d/x.list
RUN apt-get update
RUN apt-get install -y x
