FROM python:3.13-slim-bookworm
WORKDIR /srv
RUN pip install pdm
COPY . .
RUN sudo env CI=1 python3 -m pdm install --frozen-lockfile --prod
CMD [".venv/bin/python", "main.py"]
