#!/bin/sh
cd /usr/share/nginx/html
jq -n --arg a "$A" '{a:$a}' | tee config.json
