FROM mcr.microsoft.com/dotnet/sdk:8.0 AS build-env
COPY . ./
RUN dotnet publish ./Action.csproj -c Release -o out
LABEL com.github.actions.name="Greets"

FROM mcr.microsoft.com/dotnet/sdk:8.0
COPY --from=build-env /app/out .
ENTRYPOINT ["dotnet", "/Action.dll"]
