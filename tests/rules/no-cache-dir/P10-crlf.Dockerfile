FROM python:3.12-alpine
RUN apk update && \
    apk add libpq && \
    pip install \
      a
