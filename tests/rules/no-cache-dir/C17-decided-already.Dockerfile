FROM python:3.12-slim
RUN pip install --no-cache-dir a
RUN PIP_NO_CACHE_DIR=1 pip install a
RUN pip install --cache-dir /tmp/c a
RUN pip install a && rm -rf /root/.cache
