FROM python:3.12-bookworm
RUN apt-get update && apt-get install -y sudo gcc
ENV PATH=/opt/venv/bin:$PATH
RUN python -m venv /opt/venv
RUN sudo pip install flask
COPY main.py .
CMD ["python", "main.py"]
