#!/bin/bash
set -e
cd /app && python main.py
