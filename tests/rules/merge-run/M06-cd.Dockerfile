FROM debian:trixie-slim
RUN cd /tmp && touch x
RUN pwd
RUN cd /etc && ls
