#!/bin/sh
set -e
chown -R web:web /app/data 2>/dev/null || true
exec runuser -u web -- "$@"
