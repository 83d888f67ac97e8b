#!/bin/sh
cd "$(dirname "$0")/.."
docker build --tag="notes:latest" . && docker run --rm -v "$PWD/notes:/app/data" notes:latest
