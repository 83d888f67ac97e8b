FROM python:3.11-bookworm
WORKDIR /app
COPY requirements.txt .
RUN ["pip", "install", "--no-cache-dir", "-r", "requirements.txt"]
RUN ["bash", "-c", "mkdir -p /app/data && chmod 750 /app/data"]
COPY app.py start.sh ./
RUN ["chmod", "+x", "/app/start.sh"]
CMD ["/app/start.sh"]
