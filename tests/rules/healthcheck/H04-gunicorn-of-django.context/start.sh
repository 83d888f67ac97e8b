#!/bin/sh
exec gunicorn config.wsgi:application \
  --bind 0.0.0.0:8001 \
  --workers "${WORKERS:-2}"
