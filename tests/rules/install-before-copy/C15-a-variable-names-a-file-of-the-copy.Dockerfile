FROM python:3.11-slim
ENV PIP_CONSTRAINT=/app/constraints.txt
WORKDIR /app
COPY . .
RUN pip install flask
CMD ["python", "app.py"]
