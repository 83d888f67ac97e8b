FROM python:3.13
CMD ["python", "manage.py", "runserver"]
