FROM debian:trixie-slim
CMD node -e "console.log('x y')" 'c"d' e\ f
