#!/bin/bash
set -e
echo start
A=1 python main.py
