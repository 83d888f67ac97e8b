FROM python:3.12-slim
WORKDIR /app
RUN python -m venv /venv && /venv/bin/pip install --no-cache-dir flask
COPY app.py ./
CMD . /venv/bin/activate && exec flask run --host 0.0.0.0
