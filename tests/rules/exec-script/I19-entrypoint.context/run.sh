#!/bin/bash
set -e
echo start
python \
    main.py --port 8000 "$@" > /dev/stdout
