FROM python:3.12-bookworm
RUN pip install pdm
WORKDIR /srv
COPY pyproject.toml pdm.lock ./
RUN pdm install --check --prod --no-self
COPY main.py .
CMD [".venv/bin/python", "main.py"]
