FROM python:3.13-slim-bookworm
WORKDIR /app
COPY requirements.txt ./
RUN pip install --no-cache-dir -r requirements.txt
ARG WHAT
COPY . .
COPY $WHAT /x
CMD ["python", "app.py"]
