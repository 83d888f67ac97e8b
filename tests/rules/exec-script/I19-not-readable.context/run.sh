#!/bin/bash
set -e
echo "start
python main.py
