FROM python:3.12-slim
WORKDIR /app
COPY . .
ENV SOME_LIB_BUILD=1
RUN pip install --no-cache-dir flask
CMD ["python", "app.py"]
