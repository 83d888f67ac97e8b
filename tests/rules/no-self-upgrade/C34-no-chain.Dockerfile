FROM python:3.13
RUN pip install --upgrade pip; pip install flask
RUN if [ -n "$NEW" ]; then pip install -U pip; fi
