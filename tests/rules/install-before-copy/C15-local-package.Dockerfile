FROM debian:trixie-slim
COPY x.deb /app/
RUN apt-get update && apt-get install -y /app/x.deb
CMD ["python3", "/app/x.py"]
