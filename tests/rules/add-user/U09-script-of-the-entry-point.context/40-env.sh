#!/bin/sh
envsubst < /tmp/env.js > /usr/share/nginx/html/env.js
