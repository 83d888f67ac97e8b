FROM debian:12
RUN mkdir /a && echo "10.0.0.1 mirror" >> /etc/hosts
RUN mkdir /b && chmod 700 /b
RUN getent hosts mirror
