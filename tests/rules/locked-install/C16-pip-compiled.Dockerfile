FROM python:3.13-slim-bookworm
WORKDIR /srv
COPY . .
RUN python -m pip install -r requirements.in
CMD ["python", "main.py"]
