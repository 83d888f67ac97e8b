from ghcr.io/acme/app:1
onbuild copy --from=node:20 /x /x
