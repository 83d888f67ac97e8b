FROM python:3.12-bookworm
RUN pip install pipx flask && python -m pipx install black
COPY main.py .
CMD ["python", "main.py"]
