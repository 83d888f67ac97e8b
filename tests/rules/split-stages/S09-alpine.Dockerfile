FROM python:3.12-alpine3.20
RUN apk add --no-cache gcc musl-dev libffi-dev postgresql-dev tzdata
WORKDIR /app
COPY requirements.txt .
RUN pip install -r requirements.txt
COPY . .
CMD ["gunicorn", "app:app"]
