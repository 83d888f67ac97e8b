FROM python:3.12
CMD /opt/env/bin/python3 app.py
