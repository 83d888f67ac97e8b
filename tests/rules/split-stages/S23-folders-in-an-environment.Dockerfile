FROM python:3.12
RUN python -m venv /venv && mkdir -m 700 /venv/cache && touch /venv/log
RUN /venv/bin/pip install six==1.16.0
RUN mkdir /venv/data && chmod 777 /venv/data
WORKDIR /app
COPY app.py .
USER 1000
CMD ["/venv/bin/python", "app.py"]
