#!/bin/bash
set -e
migrate
exec "$@"
