FROM python:3.13-trixie
WORKDIR /app
COPY requirements.txt .
RUN pip install --no-cache-dir -r requirements.txt
COPY app.py .
CMD ["uwsgi", "--http", ":8000", "--module", "app:app"]
