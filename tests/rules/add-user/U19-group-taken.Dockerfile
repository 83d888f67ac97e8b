FROM python:3.12-slim
RUN groupadd app
COPY app.py /app/
CMD ["python", "/app/app.py"]
