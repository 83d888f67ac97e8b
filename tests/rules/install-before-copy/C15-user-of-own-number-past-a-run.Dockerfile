FROM python:3.12-slim
COPY requirements.txt requirements.txt
RUN pip install -r requirements.txt
COPY app app
RUN groupadd -r -g 10001 app && useradd -r -u 10001 -g app -d /home/app app
CMD ["python", "app/x.py"]
