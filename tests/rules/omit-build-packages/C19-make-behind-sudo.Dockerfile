FROM debian:bookworm
RUN apt-get update && apt-get install -y gcc
RUN sudo make -C /srv
CMD ["/srv/a"]
