# escape=`
FROM debian:trixie-slim
CMD server `
  --port 80
