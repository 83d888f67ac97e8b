FROM python:3.11-bookworm
RUN apt-get update && apt-get install -y gettext gcc
WORKDIR /app
COPY requirements.txt .
RUN pip install -r requirements.txt
COPY . .
ENTRYPOINT ["./entrypoint.sh"]
