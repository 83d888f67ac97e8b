FROM debian:trixie-slim
ENTRYPOINT "python3", "app.py"]
