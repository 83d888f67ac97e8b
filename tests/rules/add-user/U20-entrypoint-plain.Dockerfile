FROM python:3.12-slim
WORKDIR /app
COPY entrypoint.sh .
COPY app.py .
ENTRYPOINT ["./entrypoint.sh"]
CMD ["python", "app.py"]
