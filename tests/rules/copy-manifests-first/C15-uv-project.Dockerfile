FROM python:3.13-slim-bookworm
WORKDIR /srv
RUN pip install uv
COPY . .
RUN uv sync --locked
CMD ["python", "main.py"]
