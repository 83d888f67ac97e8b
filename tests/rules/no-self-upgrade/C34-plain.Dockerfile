FROM python:3.14-slim
RUN pip install --no-cache-dir --upgrade pip && pip install --no-cache-dir flask==3.1.2
CMD ["flask", "run"]
