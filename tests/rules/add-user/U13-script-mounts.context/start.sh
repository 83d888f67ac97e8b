#!/bin/bash
set -e
NAME=notes
cd "$(dirname "$0")"
docker rm -f $NAME || true
docker build -t $NAME .
mkdir -p ~/notes
if [ -n "$1" ]; then
  docker run -d \
    --name=$NAME \
    -v ~/notes:/app/data \
    -p 8004:8004 \
    ${NAME}
fi
