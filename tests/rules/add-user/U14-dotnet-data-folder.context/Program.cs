var folder = Environment.GetEnvironmentVariable("EXPORTS") ?? @"/srv/exports";
var app = WebApplication.CreateBuilder(args).Build();
app.MapPost("/export", () => File.WriteAllText(Path.Combine(folder, "one.csv"), "a;b"));
app.Run();
