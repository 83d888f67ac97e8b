FROM python:3.12-slim
COPY bin /usr/local/bin
RUN pip install --no-cache-dir flask
CMD ["tool"]
