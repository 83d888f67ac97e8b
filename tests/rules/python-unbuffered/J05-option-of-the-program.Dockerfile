FROM python:3.14-slim
CMD ["python3.14", "-m", "app", "-u", "name"]
