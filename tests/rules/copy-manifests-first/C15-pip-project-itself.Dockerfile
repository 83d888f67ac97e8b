FROM python:3.13-slim-bookworm
WORKDIR /srv
COPY . .
RUN pip install .
CMD ["python", "main.py"]
