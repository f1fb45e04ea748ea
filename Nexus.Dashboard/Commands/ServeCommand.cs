using System.CommandLine;
using Microsoft.Extensions.Logging.Console;

namespace Nexus.Dashboard.Commands;

/// <summary><c>serve</c>: the dashboard and the engine, until it is told to stop.</summary>
internal sealed class ServeCommand(string[] settings, Action<WebApplicationBuilder> addServices, Action<WebApplication> mapRoutes)
{
    private const string Name = "serve";
    private const string DefaultAddress = "http://localhost:5080";
    private const string NoAddress = ";";

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

    /// <summary>The directory that <c>--data</c>, else the configuration names.</summary>
    public DataDirectory Data(ParseResult parsed) => CommandConfiguration.Load(settings).Data(parsed);

    /// <summary>Opens a directory on which no server runs, for one command: it is reached through its socket there and listens nowhere else.</summary>
    public async Task<WebApplication> OpenAsync(DataDirectory data, CancellationToken cancellation)
    {
        WebApplication app = BuildApplication(data.Path, NoAddress, demo: false, static builder =>
        {
            // Standard output is the command's: what is still logged goes where its errors go.
            builder.Services.Configure<ConsoleLoggerOptions>(static options => options.LogToStandardErrorThreshold = LogLevel.Trace);
            builder.Logging.SetMinimumLevel(LogLevel.Error).AddFilter("Microsoft", LogLevel.Error).AddFilter("Nexus", LogLevel.Error);
        });
        await app.StartAsync(cancellation);
        return app;
    }

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
        await using WebApplication app = BuildApplication(
            parsed.GetValue(CommonOptions.Data), parsed.GetValue(_urls), parsed.GetValue(_demo) ? true : parsed.GetValue(_noDemo) ? false : null, static _ => { });
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

    // Without a choice the demo runs in Development alone.
    private WebApplication BuildApplication(string? folder, string? urls, bool? demo, Action<WebApplicationBuilder> adjust)
    {
        // The program finds its files beside itself, whatever the working directory.
        WebApplicationBuilder builder = WebApplication.CreateBuilder(new WebApplicationOptions { Args = settings, ContentRootPath = AppContext.BaseDirectory });
        builder.WebHost.UseStaticWebAssets();

        DataDirectory data = DataDirectory.Choose(folder, builder.Configuration, builder.Environment.IsDevelopment());
        builder.Configuration[DataDirectory.ConfigurationKey] = data.Path;
        builder.Services.AddSingleton(data);
        builder.Services.AddSingleton(new DemoChoice(demo ?? builder.Environment.IsDevelopment()));

        if (urls is { } addresses)
        {
            builder.WebHost.UseUrls(addresses);
        }
        else if (!IsConfigured(builder))
        {
            builder.WebHost.UseUrls(DefaultAddress);
        }

        // Under systemd: says when it is ready and when it stops, and logs in the journal's form. Elsewhere nothing.
        builder.Services.AddSystemd();
        adjust(builder);
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
