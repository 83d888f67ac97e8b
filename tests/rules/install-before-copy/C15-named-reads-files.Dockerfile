FROM python:3.12-slim
WORKDIR /app
COPY . .
RUN pip install --no-cache-dir flask -c constraints.txt
RUN pip install --no-cache-dir .
RUN pip install --no-cache-dir ./lib vendor.whl
RUN pip install --no-cache-dir -e src
CMD ["python", "app.py"]
