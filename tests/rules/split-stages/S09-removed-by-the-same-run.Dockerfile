FROM python:3.12-alpine3.20
RUN apk add --no-cache --virtual .build-deps build-base libffi-dev \
    && pip install --no-cache-dir ansible \
    && apk del .build-deps
ENTRYPOINT ["ansible"]
