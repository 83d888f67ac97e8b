#!/bin/sh
if [ "$1" = "webpack" ]; then
  npm install
fi
exec "$@"
