FROM debian:bookworm-slim
ARG FOLDER=/etc/apt
COPY settings ${FOLDER}/apt.conf.d/
RUN apt-get update && apt-get install -y --no-install-recommends curl && rm -rf /var/lib/apt/lists/*
CMD ["/bin/true"]
