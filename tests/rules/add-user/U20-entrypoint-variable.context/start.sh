#!/bin/sh
cp settings.py $TARGET
exec python app.py
