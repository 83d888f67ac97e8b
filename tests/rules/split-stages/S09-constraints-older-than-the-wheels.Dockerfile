FROM python:3.12-bookworm
WORKDIR /app
COPY requirements.txt constraints.txt ./
RUN pip install -r requirements.txt -c constraints.txt
COPY . .
CMD ["python", "app.py"]
