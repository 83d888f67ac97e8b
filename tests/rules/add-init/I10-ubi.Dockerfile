FROM registry.access.redhat.com/ubi9/ubi
CMD ["app"]
