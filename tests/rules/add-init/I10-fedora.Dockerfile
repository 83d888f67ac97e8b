FROM fedora:42
CMD ["app"]
