FROM debian:bookworm-slim
WORKDIR /var/www/html
COPY . .
COPY nginx.conf /etc/nginx/nginx.conf
RUN chmod 755 run.sh && pip install --upgrade pip
RUN apt-get update && apt-get install -y --no-install-recommends tini && rm -rf /var/lib/apt/lists/*
CMD ["./run.sh"]
