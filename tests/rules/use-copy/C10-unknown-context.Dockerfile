FROM debian:trixie-slim
ADD app.py /app/
