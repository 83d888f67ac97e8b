FROM busybox:1.36
COPY server /server
CMD ["/server"]
