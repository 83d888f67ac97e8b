#!/bin/sh
set -e
# wait for it
until wget -q -O /dev/null "$UPSTREAM"; do sleep 1; done
exec "$@"
