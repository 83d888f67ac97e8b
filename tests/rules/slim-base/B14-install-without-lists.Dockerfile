FROM python:3.13-trixie
RUN apt-get install -y curl git
WORKDIR /app
COPY . .
CMD ["python", "app.py"]
