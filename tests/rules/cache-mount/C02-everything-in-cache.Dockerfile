FROM python:3.13-slim-bookworm
RUN pip install flask && rm -rf /root/.cache
