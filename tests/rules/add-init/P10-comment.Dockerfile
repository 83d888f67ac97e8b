FROM debian:trixie-slim
EXPOSE 8000
# what runs
CMD ["python3", "app.py"]
