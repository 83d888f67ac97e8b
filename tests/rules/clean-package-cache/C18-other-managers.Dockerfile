FROM fedora:41 AS fedora
RUN dnf install -y a
FROM rockylinux:9 AS rocky
RUN yum -y install a
FROM registry.access.redhat.com/ubi9/ubi-minimal AS ubi
RUN microdnf install -y a
FROM opensuse/leap:15.6 AS suse
RUN zypper --non-interactive install a
FROM continuumio/miniconda3 AS conda
RUN conda install -y a
FROM composer:2 AS php
RUN composer install
FROM node:22 AS yarn
RUN yarn install --immutable
FROM node:22
RUN apt-get update && apt-get install -y a && npm ci
