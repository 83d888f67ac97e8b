FROM debian:12
RUN apt-get update && apt-get install -y curl && apt-get purge -y 'ti*'
CMD ["python3", "-m", "http.server"]
