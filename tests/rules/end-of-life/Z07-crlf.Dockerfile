from node:14.17.0-alpine3.13
run true
