ARG NODE=22
FROM node:${NODE}-slim
