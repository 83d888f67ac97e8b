FROM debian:trixie-slim AS more
COPY . /app
RUN apt-get update && apt-get install -y --no-install-recommends gcc && make -C /app && rm -rf /var/lib/apt/lists/*
CMD ["/app/run"]

FROM debian:trixie-slim AS other
COPY . /app
RUN make -C /app
RUN apt-get update && apt-get install -y --no-install-recommends python3 && rm -rf /var/lib/apt/lists/*
CMD ["/app/run"]

FROM debian:trixie-slim AS gone
COPY . /app
RUN apt-get update && apt-get install -y --no-install-recommends gcc && make -C /app && apt-get purge -y gcc
CMD ["/app/run"]

FROM debian:trixie-slim
COPY run /app/run
RUN apt-get update && apt-get install -y --no-install-recommends gcc && make -C /app && rm -rf /var/lib/apt/lists/*
CMD ["/app/run"]
