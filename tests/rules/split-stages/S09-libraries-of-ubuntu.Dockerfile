FROM ubuntu:22.04
RUN apt-get update && apt-get install -y --no-install-recommends build-essential libicu-dev zlib1g-dev && rm -rf /var/lib/apt/lists/*
WORKDIR /src
COPY . .
RUN make
CMD ["./server"]
