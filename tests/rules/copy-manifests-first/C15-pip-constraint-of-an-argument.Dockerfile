FROM python:3.13-slim
ARG PIP_CONSTRAINT
WORKDIR /app
COPY . .
RUN pip install -r requirements.txt
CMD ["python", "app.py"]
