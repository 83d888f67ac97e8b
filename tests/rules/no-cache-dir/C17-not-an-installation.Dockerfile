FROM python:3.12-slim
RUN pip download a && pip cache purge && pip config list && pip uninstall -y a
RUN pip --version && echo "pip install a"
