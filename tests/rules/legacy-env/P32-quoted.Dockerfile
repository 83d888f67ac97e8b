FROM debian:trixie-slim
ENV A "two words"
ENV B 'two words'
ENV C "one"
ENV D it\ is
CMD ["true"]
