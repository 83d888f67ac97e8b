FROM python:3.13-slim
RUN pip install --upgrade pip==25.3 && pip install --upgrade "pip>=24" && pip install --upgrade flask
RUN pip install --upgrade -r requirements.txt pip && pip install --upgrade --user pip
RUN uv pip install --upgrade pip
