FROM python:3.12-slim
WORKDIR /app
COPY app.py .
RUN mkdir data && touch data/seen.txt
CMD ["python", "app.py"]
