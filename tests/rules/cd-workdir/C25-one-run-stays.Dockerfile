FROM debian:trixie-slim
COPY . /src
RUN cd /src && make install
CMD ["app"]
