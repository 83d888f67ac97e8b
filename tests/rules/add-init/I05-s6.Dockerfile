FROM linuxserver/nginx:latest
CMD ["x"]
