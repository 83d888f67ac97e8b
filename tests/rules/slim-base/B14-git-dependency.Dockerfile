FROM python:3.13-bookworm
RUN pip install git+https://example.org/x.git
CMD ["python", "x.py"]
