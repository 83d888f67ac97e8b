FROM debian:trixie-slim
RUN curl -fsSLk https://example.com/a -o /a
RUN curl --insecure https://example.com/a > /a
RUN sudo curl -Lk https://example.com/a -o /a
