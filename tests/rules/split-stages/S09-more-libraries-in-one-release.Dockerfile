FROM python:3.13-slim
RUN apt-get update && apt-get install -y gcc libwebp-dev && pip install PyICU
COPY a.py .
CMD ["python","a.py"]
