FROM debian:trixie-slim
WORKDIR /srv
COPY . /src
RUN cd /src/lib && make install
RUN cd /src/lib && make check
COPY run .
WORKDIR /data
CMD ["app"]
