mkdir -p /data/cache
touch /data/started
exec python app.py
