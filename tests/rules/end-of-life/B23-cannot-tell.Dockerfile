FROM node AS a
FROM node:lts AS b
FROM python:3 AS c
FROM debian AS d
FROM ghcr.io/x/node:14 AS e
FROM node@sha256:24454f830cdb571e2c4ad15481119c43b3cafd48dd869a9b2945d1036d1dc68d AS f
FROM debian:sid AS g
FROM scratch
COPY a /
