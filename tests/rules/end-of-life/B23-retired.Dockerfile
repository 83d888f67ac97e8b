FROM openjdk:17-slim
FROM centos
