FROM python:3.12-bookworm
ENV POETRY_VIRTUALENVS_IN_PROJECT=true
RUN pip install poetry
WORKDIR /app
COPY . .
RUN poetry install --no-root --only=main
CMD ["poetry", "run", "python", "-m", "shop"]
