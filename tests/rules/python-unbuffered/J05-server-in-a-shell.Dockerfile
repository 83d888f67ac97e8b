FROM python:3.14-slim
ENV PYTHONDONTWRITEBYTECODE=1
COPY . /app
EXPOSE 8000
CMD python manage.py migrate && gunicorn app.wsgi
