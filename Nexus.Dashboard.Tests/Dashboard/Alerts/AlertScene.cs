using System.Diagnostics.Metrics;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using Nexus.Dashboard.Access;
using Nexus.Dashboard.Commands;
using Nexus.Dashboard.Features.Alerts;
using Nexus.Dashboard.Features.Alerts.Delivery;
using Nexus.Dashboard.Features.Alerts.Firing;
using Nexus.Dashboard.Features.Alerts.Metrics;
using Nexus.Dashboard.Features.Alerts.Rules;
using Nexus.Dashboard.Outbound;
using Nexus.Engine.Core;
using Nexus.Engine.Resources;

namespace Nexus.Dashboard.Tests.Dashboard.Alerts;

/// <summary>Alerting over a real database, with one rule on a metric that the test sets, and a clock that the test moves. The built-in rules have no metrics here.</summary>
internal sealed class AlertScene : IDbContextFactory<AccessDb>, IAsyncDisposable
{
    public static readonly Caller Dana = new(ActorKind.Person, "dana", OwnerPath.Root, Role.Operator.Scopes(), null, "page", null);

    private readonly DataDirectory _data = new(Directory.CreateTempSubdirectory("nexus-alerts-").FullName);
    private readonly ServiceProvider _meters = new ServiceCollection().AddMetrics().BuildServiceProvider();
    private readonly OutboundHttp _http;
    private readonly SmtpOptions _smtp;
    private readonly IAlertSender? _sender;

    private AlertScene(SmtpOptions? smtp, bool allowPrivate, IAlertSender? sender)
    {
        (_smtp, _sender) = (smtp ?? new SmtpOptions(), sender);
        _http = new OutboundHttp(Options.Create(new OutboundOptions { AllowPrivate = allowPrivate }));
        Begin();
    }

    public FakeTimeProvider Clock { get; } = new(new DateTimeOffset(2026, 11, 24, 14, 0, 0, TimeSpan.Zero));

    public StubSource Source { get; } = new();

    public AlertRules Rules { get; private set; } = null!;

    public AlertChannels Channels { get; private set; } = null!;

    public AlertDesk Desk { get; private set; } = null!;

    public Outbox Outbox { get; private set; } = null!;

    public Courier Courier { get; private set; } = null!;

    public AlertService Service { get; private set; } = null!;

    public DeliveryFigures Figures { get; private set; } = null!;

    public AlertOptions Settings { get; } = new();

    public static async Task<AlertScene> StartAsync(SmtpOptions? smtp = null, bool allowPrivate = true, IAlertSender? sender = null, TimeSpan? lasting = null)
    {
        AlertScene scene = new(smtp, allowPrivate, sender);
        await using (AccessDb database = scene.CreateDbContext())
        {
            await database.Database.MigrateAsync();
        }

        await scene.RuleAsync(new AlertRule("full", StubSource.Level, AlertCondition.AtLeast(0.9)) { For = lasting ?? TimeSpan.FromMinutes(5), Description = "Look at it." });
        return scene;
    }

    public async Task RuleAsync(AlertRule rule) => Assert.Null((await Rules.PutAsync(Dana, rule, null, CancellationToken.None)).Problem);

    public async Task ChannelAsync(AlertChannel channel) => Assert.Null((await Channels.PutAsync(Dana, channel, null, CancellationToken.None)).Problem);

    /// <summary>A webhook for everything.</summary>
    public Task WebhookAsync(Uri url, string? secret = null, string owner = "", string id = "hook") =>
        ChannelAsync(new AlertChannel { Id = id, Kind = ChannelKind.Webhook, Url = url.ToString(), SecretVariable = secret, IsDefault = true, Owner = owner });

    /// <summary>The value of an owner is seen now.</summary>
    public async Task SeeAsync(double value, string owner = "acme")
    {
        Source.Values[owner] = value;
        await LookAsync();
    }

    public Task LookAsync() => Desk.LookAsync(CancellationToken.None);

    /// <summary>Minutes pass with a look each, and what is due is sent.</summary>
    public async Task PassAsync(int minutes)
    {
        for (int i = 0; i < minutes; i++)
        {
            Clock.Advance(TimeSpan.FromMinutes(1));
            await LookAsync();
            await Courier.RoundAsync(CancellationToken.None);
        }
    }

    /// <summary>The value of an owner has been above the line for so long that it fires.</summary>
    public async Task FireAsync(params string[] owners)
    {
        foreach (string owner in owners.Length == 0 ? ["acme"] : owners)
        {
            Source.Values[owner] = 0.95;
        }

        await LookAsync();
        Clock.Advance(TimeSpan.FromMinutes(5));
        await LookAsync();
    }

    public IReadOnlyList<AlertShown> Open => Desk.Open;

    public async Task<IReadOnlyList<AlertDelivery>> DeliveriesAsync() => [.. (await Outbox.NewestAsync(null, null, 100, CancellationToken.None)).OrderBy(d => d.Id)];

    /// <summary>The program was killed and begins anew on what was on disk.</summary>
    public void Kill()
    {
        Desk.Dispose();
        Begin();
    }

    public AccessDb CreateDbContext() => new(new DbContextOptionsBuilder<AccessDb>().UseSqlite($"Data Source={AccessFile.PathIn(_data)};Pooling=False").Options);

    public async ValueTask DisposeAsync()
    {
        Desk.Dispose();
        _http.Dispose();
        await _meters.DisposeAsync();
        Directory.Delete(_data.Path, recursive: true);
    }

    private void Begin()
    {
        IOptions<AlertOptions> options = Options.Create(Settings);
        AlertStore store = new(this);
        AlertSources sources = new([Source]);
        Rules = new AlertRules(store, sources, Clock);
        Channels = new AlertChannels(store, Clock);
        Figures = new DeliveryFigures(Clock);
        AlertMeters meters = new(_meters.GetRequiredService<IMeterFactory>(), Figures);
        Outbox = new Outbox(store, sources, options, Clock, Figures);
        IAlertSender[] senders = _sender is not null ? [_sender] : [new WebhookSender(_http, Clock), new EmailSender(new MailServer(Options.Create(_smtp)), sources, Rules)];
        Courier = new Courier(Outbox, Channels, Rules, senders, meters, Clock);
        Desk = new AlertDesk(store, Rules, Channels, sources, Outbox, meters, options, Clock, NullLogger<AlertDesk>.Instance);
        Service = new AlertService(Desk, sources, Clock);
    }
}
