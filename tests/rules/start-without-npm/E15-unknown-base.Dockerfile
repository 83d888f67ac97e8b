FROM example.org/node
WORKDIR /app
COPY . .
CMD npm start
