#!/bin/sh
if [ "$1" = "task" ]; then
  exec gosu nobody "$@"
fi
exec "$@"
