FROM debian:trixie-slim
ENV A 1 B 2
ENV A a=b c=d
ENV DOLLAR $A $B
CMD ["true"]
