FROM python:3.12-bookworm
RUN pip install uv
WORKDIR /srv
COPY pyproject.toml ./
RUN uv add psycopg2
COPY main.py .
CMD [".venv/bin/python", "main.py"]
