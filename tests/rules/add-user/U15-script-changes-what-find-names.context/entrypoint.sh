#!/bin/sh
find /usr/share/nginx/html -name '*.js' -exec sed -i "s|__API__|$API|g" {} +
exec "$@"
