FROM ubuntu:24.04
RUN useradd -o -u 1000 app
COPY . /srv
USER app
CMD ["/srv/run"]
