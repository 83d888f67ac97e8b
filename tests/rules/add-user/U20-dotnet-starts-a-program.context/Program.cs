var app = WebApplication.CreateBuilder(args).Build();
app.MapGet("/", () => System.Diagnostics.Process.Start("ping", "localhost"));
app.Run();
