# escape=`
FROM `
    debian:trixie-slim `
    AS base
RUN dir
