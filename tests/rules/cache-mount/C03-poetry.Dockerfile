FROM python:3.13-slim-bookworm
RUN --network=default pip install --no-cache-dir poetry
RUN poetry install --no-root && rm -rf /root/.cache/pypoetry/cache
