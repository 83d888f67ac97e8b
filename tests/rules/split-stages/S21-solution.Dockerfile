FROM mcr.microsoft.com/dotnet/sdk:8.0-bookworm-slim
WORKDIR /source

# restore as a layer of its own
COPY Shop.sln ./
COPY src/Shop.Api/Shop.Api.csproj src/Shop.Api/
COPY tests/Shop.Tests/Shop.Tests.csproj tests/Shop.Tests/
RUN dotnet restore Shop.sln

COPY . .
RUN dotnet publish src/Shop.Api/Shop.Api.csproj \
        --configuration Release \
        --no-restore \
        --output /app/publish

WORKDIR /app/publish
ENV ASPNETCORE_HTTP_PORTS=8080 \
    DOTNET_RUNNING_IN_CONTAINER=true
EXPOSE 8080
HEALTHCHECK --interval=30s --timeout=3s CMD curl -f http://localhost:8080/healthz || exit 1
ENTRYPOINT ["dotnet", "Shop.Api.dll"]
