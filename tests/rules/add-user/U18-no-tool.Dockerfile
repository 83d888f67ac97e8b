FROM amazonlinux:2023
COPY server /server
CMD ["/server"]
