FROM debian:trixie-slim
ARG A=1
RUN echo ${V:-1} > /a
ENV V=2
RUN echo $V > /b
ARG COMMIT
RUN echo $COMMIT > /c
