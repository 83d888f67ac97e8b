FROM debian:trixie-slim
ENV OPTIONS --level  3 -Da=b  
ENV OTHER ${A:-x} y
CMD ["true"]
