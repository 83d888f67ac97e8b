FROM python:3.12-slim
WORKDIR /app
COPY . .
RUN git config --system user.name app
CMD ["streamlit", "run", "app.py"]
