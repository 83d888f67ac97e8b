FROM fedora:41 AS fedora
RUN dnf install -y git
FROM opensuse/leap:15.6
RUN zypper --non-interactive install git
