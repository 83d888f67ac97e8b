FROM python:3.13
RUN pip install flask \
    # newest pip
    && pip install --upgrade pip
