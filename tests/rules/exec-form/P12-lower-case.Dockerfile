from debian:trixie-slim
cmd node a.js
