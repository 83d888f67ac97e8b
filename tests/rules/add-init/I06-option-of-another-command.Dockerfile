FROM debian:12
RUN echo -e a; apt-get update; apt-get install -y curl; true
CMD ["python3", "-m", "http.server"]
