FROM debian:trixie-slim
ARG PACKAGES="python3 curl"
RUN apt-get update && DEBIAN_FRONTEND=noninteractive apt-get -y install $PACKAGES > /dev/null
CMD ["python3", "app.py"]
