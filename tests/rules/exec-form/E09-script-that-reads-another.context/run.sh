#!/bin/sh
. /etc/defaults
exec "$@"
