FROM python:3.13-slim-buster
FROM ruby:3.4-alpine3.18
FROM eclipse-temurin:21-jre-focal
