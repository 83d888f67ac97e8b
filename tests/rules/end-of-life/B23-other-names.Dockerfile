FROM public.ecr.aws/docker/library/golang:1.22 AS build
FROM docker.io/library/postgres:9.6.24
FROM mcr.microsoft.com/dotnet/aspnet:6.0-alpine
