#!/bin/sh
exec setpriv --reuid="${PUID:-0}" --clear-groups "$@"
