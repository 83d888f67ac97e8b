FROM python:3.13-slim-bookworm
WORKDIR /srv
COPY . .
RUN pip install -r requirements.txt -t ./vendor
CMD ["python", "main.py"]
