FROM python:3.12-slim
WORKDIR /app
RUN pip install pdm
RUN pdm config python.use_venv true
RUN pdm install --prod
RUN nice pip install a
RUN sudo -E env CI=1 python3 -m pip install b
RUN sudo --frob pip install c
