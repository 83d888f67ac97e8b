#!/bin/sh
if [ "$(id -u)" = "0" ]; then
  chown -R node:node /app/uploads
  exec su-exec node "$0" "$@"
fi
exec "$@"
