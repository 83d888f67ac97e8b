FROM python:3.12-slim
WORKDIR /app
RUN pip install transformers
RUN python -c "from transformers import AutoModel; AutoModel.from_pretrained('bert-base-uncased')"
COPY . .
CMD ["uvicorn", "app:app"]
