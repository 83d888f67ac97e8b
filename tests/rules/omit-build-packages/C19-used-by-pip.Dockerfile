FROM python:3.13-slim-bookworm
RUN apt-get update && apt-get install -y gcc libpq-dev curl
RUN pip install psycopg2
CMD ["gunicorn", "app:app"]
