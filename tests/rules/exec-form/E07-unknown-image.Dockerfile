FROM example.com/base:1
CMD python app.py
