FROM debian:9 AS a
FROM debian:bullseye-slim AS b
FROM ubuntu:xenial AS c
FROM alpine:3.9.2 AS d
FROM quay.io/centos/centos:stream8
