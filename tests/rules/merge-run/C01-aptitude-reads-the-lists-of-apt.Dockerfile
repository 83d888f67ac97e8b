FROM debian:bookworm
RUN apt-get update
RUN aptitude -y install git
COPY . /srv
