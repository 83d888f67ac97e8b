FROM debian:trixie-slim
RUN apt-get update && apt-get install -y --no-install-recommends ca-certificates curl && \
    apt-get install -y --no-install-recommends curl git \
        ca-certificates \
        # for the archive
        xz-utils && \
    rm -rf /var/lib/apt/lists/*
RUN apt-get update && apt-get install -y --no-install-recommends curl git && \
    apt-get install -y --no-install-recommends git curl && \
    rm -rf /var/lib/apt/lists/*
RUN apt-get update && apt-get install -y --no-install-recommends vim nano && \
    apt-get install -y --no-install-recommends \
        nano \
        less \
        vim \
        procps && \
    rm -rf /var/lib/apt/lists/*
RUN apt-get update && apt-get install -y --no-install-recommends curl git && rm -rf /var/lib/apt/lists/* && \
    apt-get update && apt-get install -y --no-install-recommends git jq && rm -rf /var/lib/apt/lists/*
CMD ["/a"]
