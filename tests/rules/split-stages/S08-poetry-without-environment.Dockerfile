FROM python:3.12-bookworm
RUN pip install "poetry<1.5" && poetry config virtualenvs.create false
WORKDIR /app
COPY . .
RUN poetry install --no-interaction --only main
CMD ["python", "-m", "shop"]
