# escape=`
FROM debian:trixie-slim
ENV A C:\dir
ENV B C:\a dir
CMD ["true"]
