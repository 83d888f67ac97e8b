FROM nginx:1
FROM nginx:alpine
FROM node:lts
