FROM python:3.12-alpine
RUN adduser -S worker
WORKDIR /app
COPY app.py ./
COPY --from=example/docker-tools / /
CMD ["python3", "app.py"]
