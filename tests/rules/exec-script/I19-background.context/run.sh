#!/bin/bash
set -e
python worker.py &
python main.py
