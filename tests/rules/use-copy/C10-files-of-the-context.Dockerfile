FROM debian:trixie-slim
# what runs
ADD --chown=1000:1000 app.py *.json conf /app/

add ["app.py", "/a b/"]
ADD --unpack=false data.tgz /data/
