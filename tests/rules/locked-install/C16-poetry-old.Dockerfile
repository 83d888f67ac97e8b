FROM python:3.13-slim-bookworm
WORKDIR /srv
RUN pip install poetry==1.1.15
COPY . .
RUN poetry install --no-root
CMD ["python", "main.py"]
