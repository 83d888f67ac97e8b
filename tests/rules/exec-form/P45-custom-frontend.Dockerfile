# syntax=example.com/other:1
FROM debian:trixie-slim
CMD node a.js
