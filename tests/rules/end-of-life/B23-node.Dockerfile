FROM node:14-slim
FROM node:24-slim
