FROM debian:trixie-slim
ONBUILD COPY . /app
COPY . /app
ONBUILD RUN apt-get install -y make
CMD ["python3", "/app/x.py"]
