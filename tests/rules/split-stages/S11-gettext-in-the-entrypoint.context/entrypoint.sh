#!/bin/sh
python manage.py compilemessages
envsubst < a > b
exec gunicorn
