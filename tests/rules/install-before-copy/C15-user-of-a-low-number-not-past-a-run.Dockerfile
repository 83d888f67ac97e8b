FROM python:3.12-slim
COPY requirements.txt requirements.txt
RUN pip install -r requirements.txt
COPY app /app
RUN groupadd -r app && useradd -r -g app app
CMD ["python", "app/x.py"]
