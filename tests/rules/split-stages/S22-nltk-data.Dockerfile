FROM python:3.12
WORKDIR /app
COPY requirements.txt .
RUN pip install -r requirements.txt nltk && python -m nltk.downloader punkt
COPY . .
CMD ["python", "app.py"]
