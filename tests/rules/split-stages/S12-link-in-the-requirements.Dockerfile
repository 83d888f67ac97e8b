FROM python:3.11-slim-bookworm
RUN apt-get update && apt-get install -y gcc
WORKDIR /app
COPY . .
RUN pip install -r requirements.txt
CMD ["myapp"]
