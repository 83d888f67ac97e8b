FROM python:3.12-bookworm
RUN pip install -U pip && pip install "pdm>=2.20"
WORKDIR /srv
COPY . .
RUN pdm sync --prod
ENV PATH=/srv/.venv/bin:$PATH
CMD ["python", "main.py"]
