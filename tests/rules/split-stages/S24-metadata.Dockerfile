FROM python:3.13
ENV PATH=/v/bin:$PATH PYTHONPATH=/app
RUN python -m venv /v
EXPOSE 8000
CMD ["python","-m","app"]
