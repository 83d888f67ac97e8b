FROM python:3.12
ARG VERSION=dev
ARG PIP_INDEX_URL
ARG WORKERS=2
ENV APP_VERSION=$VERSION
WORKDIR /app
COPY requirements.txt .
RUN pip install -r requirements.txt
COPY . .
ENV WEB_CONCURRENCY=${WORKERS}
LABEL version=$VERSION
CMD ["gunicorn", "app:app"]
