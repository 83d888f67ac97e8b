#!/bin/sh
set -e
echo "starting in $MODE"
exec "$@"
