FROM python:3.13-trixie
CMD ["python", "app.py"]
