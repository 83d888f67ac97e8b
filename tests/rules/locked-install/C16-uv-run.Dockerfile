FROM python:3.13-slim-bookworm
WORKDIR /srv
RUN pip install uv
COPY . .
RUN uv sync
ENTRYPOINT ["uv", "run"]
CMD ["python", "main.py"]
