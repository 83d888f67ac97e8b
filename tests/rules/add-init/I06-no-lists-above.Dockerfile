FROM debian:12
RUN mkdir /srv/a
RUN apt-get install -y curl
CMD ["python3", "-m", "http.server"]
