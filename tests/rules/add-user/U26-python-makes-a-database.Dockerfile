FROM python:3.11-slim
ENV DATABASE_URL=sqlite:///instance/site.db
WORKDIR /app
COPY . .
RUN mkdir instance && python init_db.py
EXPOSE 8000
CMD ["python", "main.py"]
