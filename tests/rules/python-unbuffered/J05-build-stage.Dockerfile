FROM python:3.14-slim AS build
CMD ["python", "build.py"]
FROM scratch
COPY --from=build /dist /dist
CMD ["/dist/app"]
