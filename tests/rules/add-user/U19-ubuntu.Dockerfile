FROM ubuntu:24.04
CMD ["sleep", "1"]
