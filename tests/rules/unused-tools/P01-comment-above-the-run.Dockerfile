FROM python:3.14-slim
# to look around
RUN apt-get update && apt-get install -y --no-install-recommends vim
COPY app.py .
CMD ["python", "app.py"]
