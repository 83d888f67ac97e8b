#!/bin/sh
exec ./server -c conf
