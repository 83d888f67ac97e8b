FROM python:3.12-bookworm
ENV POETRY_VIRTUALENVS_IN_PROJECT=1
RUN pip install poetry
WORKDIR /srv
COPY pyproject.toml ./
RUN nice python -m poetry add psycopg2 black
COPY main.py .
CMD [".venv/bin/python", "main.py"]
