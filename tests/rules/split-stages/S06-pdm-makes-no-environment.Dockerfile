FROM python:3.12-bookworm
RUN pip install pdm && pdm config python.use_venv false
WORKDIR /srv
COPY pyproject.toml pdm.lock ./
RUN pdm sync --prod --no-self
COPY main.py .
ENV PYTHONPATH=/srv/__pypackages__/3.12/lib
CMD ["python", "main.py"]
