FROM python:3.12
RUN python -m venv /venv && chmod -R a+rX,o+w /venv && /venv/bin/pip install six==1.16.0
WORKDIR /app
COPY app.py .
USER 1000
CMD ["/venv/bin/python", "app.py"]
