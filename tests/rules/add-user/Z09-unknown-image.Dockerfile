FROM example.com/base:1
CMD ["app"]
