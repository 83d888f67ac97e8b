FROM python:3.13-slim-bookworm
WORKDIR /srv
RUN pip install pdm
COPY . .
RUN pdm install --frozen-lockfile --prod
CMD [".venv/bin/python", "main.py"]
