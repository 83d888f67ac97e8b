FROM debian:trixie-slim
ENV A=1 B=2
ENV "C"=x
ENV D=x y=z
ENV E=
CMD ["true"]
