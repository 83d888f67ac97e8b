FROM debian:bookworm-slim
RUN groupadd -g 4000 web && useradd -r -u 4001 -g web web
COPY app.py /app/
CMD ["python3", "/app/app.py"]
