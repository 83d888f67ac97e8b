FROM debian:trixie-slim
COPY . /home/app
RUN groupadd -r -g 10001 app && useradd --no-log-init -r -m -u 10001 -g app -d /home/app -s /usr/sbin/nologin app
CMD ["python3", "/app/x.py"]
