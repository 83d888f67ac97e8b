FROM python:3.12
CMD /usr/local/bin/python3 app.py
