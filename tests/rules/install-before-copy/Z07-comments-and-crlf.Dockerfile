FROM debian:trixie-slim
# sources
COPY . /app
# packages
RUN apt-get update && \
    # why
    apt-get install -y python3
CMD ["python3", "/app/x.py"]
