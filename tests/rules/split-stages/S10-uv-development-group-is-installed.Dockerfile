FROM python:3.12-bookworm
RUN pip install uv==0.9.26
WORKDIR /app
COPY . .
RUN uv sync --frozen
CMD [".venv/bin/python", "app.py"]
