FROM debian:trixie-slim
ENV BASH_ENV=/root/.env
RUN echo "export A=1" >> /root/.env
RUN echo $A
