FROM debian:bookworm
RUN apt-get update && apt-get install -y build-essential zlib1g-dev
COPY . /src
RUN cd /src && make && make install
CMD ["myd"]
