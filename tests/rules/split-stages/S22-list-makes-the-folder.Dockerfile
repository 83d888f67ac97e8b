FROM python:3.12-bookworm
COPY requirements.txt /data/lists/
RUN pip install -r /data/lists/requirements.txt
COPY main.py /app/
CMD ["python", "/app/main.py"]
