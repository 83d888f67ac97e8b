FROM python:3.12-bookworm
RUN groupadd -r app && useradd -r -g app -d /app app
WORKDIR /app
COPY requirements.txt .
RUN pip install -r requirements.txt
COPY . .
RUN chown -R app:app /app
USER app
CMD ["python", "app.py"]
