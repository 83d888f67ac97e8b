FROM python:3.13-slim-bookworm
WORKDIR /srv
COPY requirements.in .
RUN pip install -r requirements.in
CMD ["python", "main.py"]
