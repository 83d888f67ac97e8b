FROM debian:trixie-slim
RUN curl -fsSL -o /usr/local/bin/tool https://example.com/tool
RUN chmod +x /usr/local/bin/tool
