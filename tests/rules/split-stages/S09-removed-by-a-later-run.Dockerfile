FROM python:3.12-alpine3.20
RUN apk add --no-cache --virtual .build-deps build-base libffi-dev
RUN pip install --no-cache-dir ansible
RUN apk del .build-deps
ENTRYPOINT ["ansible"]
