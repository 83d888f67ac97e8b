FROM python:3.13-trixie AS build
WORKDIR /app
COPY requirements.txt .
RUN pip install --no-cache-dir --prefix=/install -r requirements.txt

FROM python:3.13-trixie
WORKDIR /app
COPY --from=build /install /usr/local
COPY app.py .
CMD ["uwsgi", "--http", ":8000", "--module", "app:app"]
