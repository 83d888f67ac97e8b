FROM python:3.13-slim-bookworm
WORKDIR /srv
COPY . .
RUN pip install -r requirements.txt
CMD ["python", "main.py"]
