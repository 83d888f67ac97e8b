FROM python:3.12-slim
LABEL "com.github.actions.name"="check"
COPY main.py /main.py
ENTRYPOINT ["python", "/main.py"]
