using System.Text.RegularExpressions;
using Nexus.Dashboard.Access;
using Nexus.Dashboard.Api;
using Nexus.Dashboard.Features.Quotas;
using Nexus.Dashboard.Outbound;
using Nexus.Engine.Resources;

namespace Nexus.Dashboard.Features.Alerts.Delivery;

/// <summary>A channel as it is sent.</summary>
internal sealed partial record AlertChannelBody
{
    /// <summary>What the variables of secrets begin with that those may name who act within a path alone: others are the whole installation's.</summary>
    public const string TenantPrefix = "NEXUS_ALERTS_";

    private const int MostUrl = 2_000;
    private const int MostTo = 20;

    public required ChannelKind Kind { get; init; }

    public string? Owner { get; init; }

    public string? Url { get; init; }

    public AlertSecretBody? Secret { get; init; }

    public List<string>? To { get; init; }

    public bool? Default { get; init; }

    /// <summary>As a channel; what is wrong is named by field.</summary>
    public Result<AlertChannel> ToChannel(string id, Caller caller, OutboundHttp outbound)
    {
        Faults faults = new();
        faults.Name("id", id);
        OwnerPath owner = caller.Path;
        if (Owner is not null && !OwnerPath.TryParseOrRoot(Owner == "~" ? "/" : Owner, out owner!, out string? reason))
        {
            faults.Add("$.owner", reason);
        }

        if (Kind == ChannelKind.Webhook)
        {
            bool isUrl = Uri.TryCreate(Url, UriKind.Absolute, out Uri? url) && url.Scheme is "http" or "https" && url.UserInfo.Length == 0 && url.Host.Length > 0 && Url!.Length <= MostUrl;
            faults.When(!isUrl, "$.url", "must be an absolute address with http or https, without a name and password in it, such as https://hooks.example.com/nexus");
            if (isUrl && outbound.Fault(url!) is { } refused)
            {
                faults.Add("$.url", $"cannot be called: {refused}");
            }

            faults.When(To is not null, "$.to", "must be left out: a webhook has a url");
        }
        else
        {
            faults.When(Url is not null, "$.url", "must be left out: e-mail has addresses in 'to'");
            faults.When(Secret is not null, "$.secret", "must be left out: e-mail is not signed");
            faults.When(To is null or { Count: 0 or > MostTo }, "$.to", $"must have 1 to {MostTo} addresses");
            for (int i = 0; i < Math.Min(To?.Count ?? 0, MostTo); i++)
            {
                faults.When(!MailAddresses.IsOne(To![i]), $"$.to[{i}]", "is not an e-mail address such as ops@example.com");
            }
        }

        if (Secret is not null)
        {
            faults.When(!Variable().IsMatch(Secret.Env), "$.secret.env", "must be the name of an environment variable of the server: letters, digits and _");
            faults.When(!caller.Path.IsRoot && !Secret.Env.StartsWith(TenantPrefix, StringComparison.Ordinal), "$.secret.env", $"must begin with {TenantPrefix}: others are the whole installation's");
        }

        return faults.Problem is { } problem ? problem : new AlertChannel
        {
            Id = id,
            Kind = Kind,
            Owner = owner.ToString(),
            Url = Url,
            SecretVariable = Secret?.Env,
            To = string.Join(' ', To ?? []),
            IsDefault = Default ?? false,
        };
    }

    [GeneratedRegex("^[A-Za-z_][A-Za-z0-9_]{0,127}$", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Variable();
}

/// <summary>Where a secret is; it never stands here itself.</summary>
/// <param name="Env">The environment variable of the server.</param>
internal sealed record AlertSecretBody(string Env);

/// <summary>A channel as readers see it.</summary>
/// <param name="Id">Its name.</param>
/// <param name="Kind">How it tells.</param>
/// <param name="Owner">Told of alerts within this path alone.</param>
/// <param name="Url">Where a webhook goes; only its host for those who may not change it.</param>
/// <param name="Secret">Where the secret is that signs it.</param>
/// <param name="SecretIsSet">False where that variable is empty: then nothing is sent.</param>
/// <param name="To">To whom e-mail goes.</param>
/// <param name="Default">True where it is told of every rule that names no channels.</param>
/// <param name="Version">Counts the changes.</param>
internal sealed record AlertChannelAnswer(string Id, ChannelKind Kind, string Owner, string? Url, AlertSecretBody? Secret, bool? SecretIsSet, IReadOnlyList<string>? To, bool Default, long Version)
{
    public static AlertChannelAnswer Of(AlertChannel channel, bool whole) => new(
        channel.Id, channel.Kind, QuotaAnswer.PathOf(channel.Within), whole ? channel.Url : HostOf(channel.Url),
        channel.SecretVariable is { } variable && whole ? new AlertSecretBody(variable) : null,
        channel.SecretVariable is { } named ? WebhookSecret.IsSet(named) : null,
        channel.Kind == ChannelKind.Email ? channel.Addresses : null, channel.IsDefault, channel.Version);

    /// <summary>The address of a webhook without its path, which may be all that keeps others out.</summary>
    public static string? HostOf(string? url) => url is null ? null : $"{new Uri(url).GetLeftPart(UriPartial.Authority)}/…";
}
