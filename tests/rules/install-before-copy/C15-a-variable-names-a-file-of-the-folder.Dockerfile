FROM python:3.11-slim
ENV PIP_FIND_LINKS="wheels"
WORKDIR /app
COPY . .
RUN pip install flask
CMD ["python", "app.py"]
