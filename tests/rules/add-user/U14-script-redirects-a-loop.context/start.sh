#!/bin/bash
set -eu
while IFS= read -r line; do eval "echo \"$line\""; done < /etc/myapp/app.ini.tpl > /etc/myapp/app.ini
exec python main.py
