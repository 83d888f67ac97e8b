FROM rockylinux:9
RUN curl -fsSL https://example.com/a.tar.gz | sudo tar xz -C /opt && echo done
