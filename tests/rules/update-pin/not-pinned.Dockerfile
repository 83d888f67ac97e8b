FROM debian:12
FROM node
