FROM debian:trixie-slim
COPY . /app
ENV PORT=80
ARG VERSION
EXPOSE 80
LABEL a=b
RUN apt-get update && apt-get install -y --no-install-recommends python3 && rm -rf /var/lib/apt/lists/*
CMD ["python3", "/app/x.py"]
