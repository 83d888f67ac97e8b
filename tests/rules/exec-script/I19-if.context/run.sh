#!/bin/bash
set -e
echo start
if [ "$X" ]; then python main.py; else python other.py; fi
