FROM debian:trixie-slim
CMD gunicorn app:app -b 0.0.0.0:$PORT
