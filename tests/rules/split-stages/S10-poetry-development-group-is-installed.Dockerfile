FROM python:3.12-bookworm
ENV POETRY_VIRTUALENVS_CREATE=false
RUN pip install poetry
WORKDIR /app
COPY . .
RUN poetry install --no-root -E more
CMD ["python", "-m", "shop"]
