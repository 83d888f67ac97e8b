FROM debian:bookworm-slim
RUN apt-get update && apt-get install -y python3 \
    curl \
    vim
COPY app.py .
CMD ["python3", "app.py"]
