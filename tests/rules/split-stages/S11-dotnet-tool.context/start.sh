#!/bin/sh
dotnet-ef database update
exec dotnet out/a.dll
