#!/bin/sh
set -e
# the fifth word of a command is no program
echo one two three git
exec "$@"
