FROM python:3.12-bookworm
ENV POETRY_VIRTUALENVS_IN_PROJECT=1
RUN pip install poetry==2.1.3
WORKDIR /app
COPY pyproject.toml poetry.lock ./
RUN poetry install --no-root --without dev
COPY . .
ENV PATH=/app/.venv/bin:$PATH
CMD ["python", "-m", "shop"]
