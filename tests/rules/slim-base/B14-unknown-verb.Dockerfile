FROM python:3.12-bookworm
RUN apt-get update && apt-get install -y curl && pip install uv && uv frobnicate psycopg2
CMD ["python", "a.py"]
