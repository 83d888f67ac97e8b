FROM python:3.12-slim
RUN useradd -m app
USER app
WORKDIR /home/app
COPY . .
RUN pip install --no-cache-dir flask
CMD ["python", "app.py"]
