#!/bin/sh
set -e
exec /usr/bin/tini -- "$@"
