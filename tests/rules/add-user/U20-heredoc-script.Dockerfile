FROM python:3.12-slim
WORKDIR /app
COPY app.py .
COPY --chmod=755 <<'EOF' /start.sh
#!/bin/sh
apt-get update
exec python app.py
EOF
CMD ["/start.sh"]
