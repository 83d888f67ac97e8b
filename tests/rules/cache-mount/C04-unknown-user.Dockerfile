FROM python:3.13-slim-bookworm
USER 1234
RUN pip install flask
