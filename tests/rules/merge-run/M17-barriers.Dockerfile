FROM debian:trixie-slim
RUN mkdir /a
COPY x /a/
RUN chmod 755 /a/x
USER 1000
RUN touch /tmp/a
WORKDIR /a
RUN touch b
VOLUME /a
RUN touch /tmp/c
