#!/bin/bash
case $1 in
  test)
    pytest
    ;;
  first|start)
    exec gunicorn app
    ;;
  *)
    exec "$@"
    ;;
esac
