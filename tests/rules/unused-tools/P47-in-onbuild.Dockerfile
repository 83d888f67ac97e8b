FROM python:3.14-slim
ONBUILD RUN apt-get install -y vim
COPY app.py .
CMD ["python", "app.py"]
