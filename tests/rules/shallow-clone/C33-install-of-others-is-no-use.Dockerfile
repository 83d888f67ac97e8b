FROM python:3.13 AS data
WORKDIR /data
RUN git clone https://github.com/example/data.git /srv/data && rm -r /srv/data/.git && pip install --no-cache-dir . && make

FROM python:3.13
COPY --from=data /srv/data /srv/data
