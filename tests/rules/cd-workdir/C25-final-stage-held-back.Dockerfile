FROM debian:trixie-slim
COPY . /src
RUN cd /src/lib && make install
RUN cd /src/lib && make test
CMD ["/usr/local/bin/app"]
