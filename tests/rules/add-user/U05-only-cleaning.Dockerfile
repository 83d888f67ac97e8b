FROM python:3.12-slim
RUN --mount=type=cache,target=/root/.cache pip install flask && rm -rf /root/.cache ~/.npm
COPY app.py /app.py
CMD ["python", "/app.py"]
