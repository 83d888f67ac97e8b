FROM fedora:42@sha256:24454f830cdb571e2c4ad15481119c43b3cafd48dd869a9b2945d1036d1dc68d
RUN dnf -y upgrade --refresh && dnf clean all
RUN dnf -y update curl
