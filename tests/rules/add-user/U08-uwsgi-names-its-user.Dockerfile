FROM python:3.12
WORKDIR /app
COPY requirements.txt .
RUN pip install --no-cache-dir -r requirements.txt
COPY app.py app.ini ./
CMD ["uwsgi", "--ini", "app.ini"]
