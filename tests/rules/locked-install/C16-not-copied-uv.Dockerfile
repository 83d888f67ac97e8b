FROM python:3.13-slim-bookworm
WORKDIR /srv
RUN pip install uv
COPY pyproject.toml main.py ./
RUN uv sync
CMD ["python", "main.py"]
