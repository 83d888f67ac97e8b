#!/bin/bash
set -eo pipefail
mkdir -p /data
exec gosu app "$@"
