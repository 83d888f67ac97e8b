#!/bin/sh
# starts $1 when the database is there
set -e

log() {
    echo "[entry] $1"
}

until python wait.py; do
    log "waiting"
    sleep 1
done

exec "$@"
