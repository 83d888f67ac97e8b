FROM debian:12
RUN set -e; apt-get update; apt-get install -y curl; date +%s
CMD ["python3", "-m", "http.server"]
