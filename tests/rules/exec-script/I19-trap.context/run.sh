#!/bin/bash
trap "echo bye" EXIT
echo start
python main.py
