FROM python:3.12-alpine3.20
RUN apk add --no-cache gcc musl-dev python3-dev
WORKDIR /app
COPY requirements.txt .
RUN pip install -r requirements.txt
COPY . .
CMD ["python", "app.py"]
