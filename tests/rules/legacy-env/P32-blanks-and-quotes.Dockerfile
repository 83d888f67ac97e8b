FROM debian:trixie-slim
ENV A say "two words"
ENV B one\ two
ENV D ${A:-two words}
CMD ["true"]
