FROM python:3.13-slim-bookworm
WORKDIR /app
COPY requirements.txt ./
RUN git clone https://example.org/x.git /x
RUN pip install --no-cache-dir -r requirements.txt
COPY . .
CMD ["python", "app.py"]
