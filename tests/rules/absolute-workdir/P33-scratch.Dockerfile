FROM scratch
WORKDIR data
COPY a /a
CMD ["/a"]
