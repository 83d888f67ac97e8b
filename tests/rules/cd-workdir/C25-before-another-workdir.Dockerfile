FROM debian:trixie-slim
COPY . /src
RUN cd /src/lib && make install
RUN cd /src/app && make install
COPY run /usr/local/bin/run
USER nobody
WORKDIR /srv
CMD ["app"]
