FROM python:3.12-slim
WORKDIR /app
COPY . .
RUN chgrp -R 0 /app && chmod -R g=u /app
CMD ["python", "app.py"]
