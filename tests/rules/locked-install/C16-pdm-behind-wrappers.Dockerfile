FROM python:3.13-slim-bookworm
WORKDIR /srv
RUN pip install pdm
COPY . .
RUN nice -n 10 env CI=1 python -m pdm install
CMD [".venv/bin/python", "main.py"]
