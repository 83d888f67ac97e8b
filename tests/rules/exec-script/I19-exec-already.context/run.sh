#!/bin/bash
set -e
echo start
exec python main.py
