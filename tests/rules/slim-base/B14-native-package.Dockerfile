FROM python:3.13-bookworm
RUN pip install psycopg2 flask
CMD ["python", "x.py"]
