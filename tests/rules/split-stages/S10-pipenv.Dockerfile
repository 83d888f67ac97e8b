FROM python:3.12-bookworm
RUN pip install pipenv
WORKDIR /app
COPY Pipfile Pipfile.lock ./
RUN pipenv sync --system
COPY . .
CMD ["gunicorn", "app:app"]
