FROM python:3.12
RUN mkdir /venv && chmod 777 /venv && python -m venv /venv && /venv/bin/pip install six==1.16.0
WORKDIR /app
COPY app.py .
USER 1000
CMD ["/venv/bin/python", "app.py"]
