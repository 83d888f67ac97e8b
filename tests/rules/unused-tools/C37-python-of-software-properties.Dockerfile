FROM ubuntu:24.04
RUN apt-get update && apt-get install -y --no-install-recommends software-properties-common vim
COPY app.py .
CMD ["python3", "app.py"]
