FROM python:3.12-slim
RUN pip install "ray[serve]"
WORKDIR /app
COPY . .
CMD ["serve", "run", "app:app"]
