#!/bin/sh
set -- env "$@"
exec "$@"
