#!/bin/sh
jq . settings.json
exec python app.py
