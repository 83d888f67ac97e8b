FROM python:3.14-slim
RUN apt-get update && apt-get install -y --no-install-recommends libpq5 curl nano && rm -rf /var/lib/apt/lists/*
COPY <<EOF /start.sh
#!/bin/sh
curl -f http://example.com && python app.py
EOF
COPY app.py .
ENTRYPOINT ["sh", "/start.sh"]
