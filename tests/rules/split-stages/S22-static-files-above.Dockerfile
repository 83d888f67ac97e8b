FROM python:3.11-bookworm
WORKDIR /app
COPY requirements.txt .
RUN pip install -r requirements.txt
COPY . .
WORKDIR /app/src
RUN python manage.py collectstatic --noinput
CMD ["gunicorn","site.wsgi"]
