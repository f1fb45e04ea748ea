using System.CommandLine;

namespace Nexus.Dashboard.Commands;

/// <summary><c>serve</c>: the dashboard and the engine, until it is told to stop.</summary>
internal sealed class ServeCommand(string[] settings, Action<WebApplicationBuilder> addServices, Action<WebApplication> mapRoutes)
{
    private const string Name = "serve";
    private const string DefaultAddress = "http://localhost:5080";

    private readonly Option<string?> _urls = new("--urls")
    {
        Description = $"Where to listen, separated by ';'. Default: {DefaultAddress}, or what ASPNETCORE_URLS says.",
        HelpName = "URLS",
    };

    private readonly Option<bool> _demo = new("--demo") { Description = "Run the demo workload (the default in Development)." };
    private readonly Option<bool> _noDemo = new("--no-demo") { Description = "Start empty, in Development too." };

    /// <summary>Whether the program will serve: <c>serve</c> itself or no command at all.</summary>
    public static bool Is(Command command) => command is RootCommand || command.Name == Name;

    public Command Build()
    {
        DocumentedCommand serve = new(Name, "Serves the dashboard, the HTTP API and the engine (the default).")
        {
            Examples =
            [
                "serve",
                "serve --data /var/lib/nexus --urls http://0.0.0.0:5080",
                "serve --no-demo --Logging:LogLevel:Default=Debug",
            ],
        };
        Equip(serve);
        return serve;
    }

    /// <summary>Lets the program serve when no command is named.</summary>
    public void MakeDefaultOf(RootCommand root) => Equip(root);

    private void Equip(Command command)
    {
        command.Options.Add(CommonOptions.Data);
        command.Options.Add(_urls);
        command.Options.Add(_demo);
        command.Options.Add(_noDemo);
        command.Validators.Add(result =>
        {
            if (result.GetValue(_demo) && result.GetValue(_noDemo))
            {
                result.AddError("--demo and --no-demo contradict each other: give one of them.");
            }
        });
        command.SetAction(ServeAsync);
    }

    private async Task<int> ServeAsync(ParseResult parsed, CancellationToken cancellation)
    {
        await using WebApplication app = BuildApplication(parsed);
        try
        {
            await app.RunAsync(cancellation);
        }
        catch (IOException failure) when (failure.InnerException is Microsoft.AspNetCore.Connections.AddressInUseException)
        {
            throw CommandException.Failed($"{failure.Message} Choose another address with --urls.", failure);
        }

        return ExitCode.Done;
    }

    private WebApplication BuildApplication(ParseResult parsed)
    {
        // The program finds its files beside itself, whatever the working directory.
        WebApplicationBuilder builder = WebApplication.CreateBuilder(new WebApplicationOptions { Args = settings, ContentRootPath = AppContext.BaseDirectory });
        builder.WebHost.UseStaticWebAssets();

        DataDirectory data = DataDirectory.Choose(parsed.GetValue(CommonOptions.Data), builder.Configuration, builder.Environment.IsDevelopment());
        builder.Configuration[DataDirectory.ConfigurationKey] = data.Path;
        builder.Services.AddSingleton(data);
        builder.Services.AddSingleton(new DemoChoice(parsed.GetValue(_demo) || (builder.Environment.IsDevelopment() && !parsed.GetValue(_noDemo))));

        if (parsed.GetValue(_urls) is { } addresses)
        {
            builder.WebHost.UseUrls(addresses);
        }
        else if (!IsConfigured(builder))
        {
            builder.WebHost.UseUrls(DefaultAddress);
        }

        // Under systemd: says when it is ready and when it stops, and logs in the journal's form. Elsewhere nothing.
        builder.Services.AddSystemd();
        addServices(builder);
        WebApplication app = builder.Build();
        mapRoutes(app);
        return app;
    }

    private static bool IsConfigured(WebApplicationBuilder builder) =>
        builder.WebHost.GetSetting(WebHostDefaults.ServerUrlsKey) is { Length: > 0 }
        || builder.WebHost.GetSetting(WebHostDefaults.HttpPortsKey) is { Length: > 0 }
        || builder.Configuration.GetSection("Kestrel:Endpoints").GetChildren().Any();
}
