#!/bin/sh
[ "$1" = npm ] && migrate
exec "$@"
