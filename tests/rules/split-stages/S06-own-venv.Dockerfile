FROM python:3.13
RUN python -m venv /build/venv && /build/venv/bin/pip install gunicorn
CMD ["/build/venv/bin/gunicorn","a:app"]
