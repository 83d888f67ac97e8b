FROM debian:jessie
RUN pip install a
