FROM python:3.13-slim
ENV FLASK_APP=app.py FLASK_RUN_PORT=8080
WORKDIR /app
COPY . .
CMD ["flask", "run", "--host=0.0.0.0"]
