#!/bin/sh
case "$1" in
start) exec python -m app "$2" ;;
esac
