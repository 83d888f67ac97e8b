FROM example.com/base:1
SHELL ["/bin/sh", "-c"]
CMD python app.py
