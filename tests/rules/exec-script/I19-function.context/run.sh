#!/bin/bash
set -e
echo start
main() { python main.py; }
main
