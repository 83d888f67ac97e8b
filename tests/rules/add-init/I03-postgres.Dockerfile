FROM postgres:17
CMD ["postgres", "-c", "shared_buffers=1GB"]
