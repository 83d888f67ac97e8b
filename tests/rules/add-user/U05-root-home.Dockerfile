FROM python:3.13
RUN pip install --user flask
ENV PATH=/root/.local/bin:$PATH
CMD ["flask", "run"]
