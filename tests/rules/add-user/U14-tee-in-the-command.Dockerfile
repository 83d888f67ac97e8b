FROM python:3.12-slim
WORKDIR /app
RUN mkdir /logs
COPY . .
CMD ["sh", "-c", "python app.py | tee -a /logs/out.txt"]
