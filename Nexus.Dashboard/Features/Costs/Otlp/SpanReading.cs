using System.Globalization;
using Nexus.Dashboard.Api;
using Nexus.Engine.Costs;
using Nexus.Engine.Resources;

namespace Nexus.Dashboard.Features.Costs.Otlp;

/// <summary>Tells what a span used, by the mapping.</summary>
/// <param name="mapping">Which attributes mean what.</param>
/// <param name="prices">By which one of several names for a model or provider is chosen.</param>
/// <param name="path">Whose use it is where the sender names no owner.</param>
internal sealed class SpanReading(SpanMapping mapping, PriceBook prices, OwnerPath path)
{
    private const long TickNanoseconds = 100;
    private const long MostTokens = 1_000_000_000_000;

    /// <summary>The records of a span: none where it is of no kind that is counted.</summary>
    /// <param name="span">The span.</param>
    /// <param name="fault">What is wrong with it, by its field; null when nothing is.</param>
    public IReadOnlyList<UsageBody> Read(OtlpSpan span, out string? fault)
    {
        fault = null;
        List<(string Resource, long Tokens)> used = [];
        string operation = First(span.Attributes, mapping.Operation)?.Text ?? "";
        if (!mapping.Operations.TryGetValue(operation, out string? use) || !Count(span, mapping.Uses[use], used, out long? prompt, out fault) || used.Count == 0)
        {
            return [];
        }

        string? owner = First(span.Resource, mapping.Owner)?.Text ?? (path.IsRoot ? null : path.ToString());
        fault = span.IdFault()
            ?? (span.Start == 0 && span.End == 0 ? "startTimeUnixNano: it must be given" : null)
            ?? (owner is null ? $"{mapping.Owner[0]}: set this attribute of the resource to the owner, as the key is the whole installation's" : null);
        if (fault is not null)
        {
            return [];
        }

        // As a grant's use belongs to when it was granted, a call's belongs to when it was made.
        DateTimeOffset time = DateTimeOffset.UnixEpoch.AddTicks((long)((span.Start == 0 ? span.End : span.Start) / TickNanoseconds));
        string? pool = Any(span, mapping.Pool);
        string? lane = Any(span, mapping.Lane);
        string? lease = Any(span, mapping.Lease);
        Dictionary<string, string> labels = LabelsOf(span);
        (string? model, string? provider) = Served(span, new UsageFacts(used[0].Resource, Instant.From(time)) { Pool = pool, Lane = lane });
        return [.. used.Select(u => new UsageBody
        {
            Id = $"otlp:{span.TraceId}:{span.SpanId}:{u.Resource}",
            Time = time,
            Owner = owner!,
            Resource = u.Resource,
            Quantity = new Amount(u.Tokens),
            Pool = pool,
            Lane = lane,
            LeaseId = lease,
            Model = model,
            Provider = provider,
            PromptTokens = prompt,
            Labels = labels,
        })];
    }

    // Each part is a record, and one what the whole has besides: records add up.
    private static bool Count(OtlpSpan span, IReadOnlyList<SpanUse> uses, List<(string, long)> used, out long? prompt, out string? fault)
    {
        prompt = null;
        fault = null;
        foreach (SpanUse whole in uses)
        {
            if (!TokensOf(span, whole.Attributes, out long? stated, out fault))
            {
                return false;
            }

            long parts = 0;
            int place = used.Count;
            foreach (SpanPart part in whole.Parts ?? [])
            {
                if (!TokensOf(span, part.Attributes, out long? tokens, out fault))
                {
                    return false;
                }

                Add(part.Resource, tokens ?? 0);
                parts += tokens ?? 0;
            }

            // Where the parts are more than the whole, whoever counted left them out of it.
            long all = stated is { } given && given >= parts ? given : (stated ?? 0) + parts;
            if (all > parts)
            {
                used.Insert(place, (whole.Resource, all - parts));
            }

            prompt = whole.IsPrompt && all > 0 ? all : prompt;
        }

        return true;

        void Add(string resource, long tokens)
        {
            if (tokens > 0)
            {
                used.Add((resource, tokens));
            }
        }
    }

    private static bool TokensOf(OtlpSpan span, IReadOnlyList<string> names, out long? tokens, out string? fault)
    {
        (tokens, fault) = (null, null);
        string? name = names.FirstOrDefault(span.Attributes.ContainsKey);
        if (name is null)
        {
            return true;
        }

        tokens = span.Attributes[name].Whole;
        fault = tokens is null or < 0 or > MostTokens ? $"{name}: must be a whole number of 0 to {MostTokens.ToString("N0", CultureInfo.InvariantCulture)}" : null;
        return fault is null;
    }

    // Of the names that a span gives, and that prices know, the first pair with a price of its own; without one what the span says first.
    private (string? Model, string? Provider) Served(OtlpSpan span, UsageFacts facts)
    {
        string[] models = [.. mapping.Model.Where(span.Attributes.ContainsKey).Select(n => span.Attributes[n].Text).Where(t => t.Length > 0).Distinct(StringComparer.Ordinal)];
        string? named = First(span.Attributes, mapping.Provider)?.Text;
        string?[] providers = named is not null && mapping.Providers.GetValueOrDefault(named) is { Count: > 0 } known ? [.. known] : [named];
        foreach (string model in models)
        {
            foreach (string? provider in providers)
            {
                if (prices.Find(facts with { Model = model, Provider = provider }, static _ => null)?.Sku.Model is not null)
                {
                    return (model, provider);
                }
            }
        }

        return (models.FirstOrDefault(), providers[0]);
    }

    private Dictionary<string, string> LabelsOf(OtlpSpan span)
    {
        Dictionary<string, string> labels = new(StringComparer.Ordinal);
        foreach ((string label, IReadOnlyList<string> names) in mapping.Labels)
        {
            if (Any(span, names) is { } value)
            {
                labels[label] = value;
            }
        }

        if (mapping.LabelPrefix is { Length: > 0 } prefix)
        {
            foreach ((string name, OtlpValue value) in span.Resource.Concat(span.Attributes).Where(a => a.Key.StartsWith(prefix, StringComparison.Ordinal)))
            {
                labels[name[prefix.Length..]] = value.Text;
            }
        }

        return labels;
    }

    private static string? Any(OtlpSpan span, IReadOnlyList<string> names) => (First(span.Attributes, names) ?? First(span.Resource, names))?.Text;

    private static OtlpValue? First(IReadOnlyDictionary<string, OtlpValue> attributes, IReadOnlyList<string> names)
    {
        foreach (string name in names)
        {
            if (attributes.TryGetValue(name, out OtlpValue value) && value.Text.Length > 0)
            {
                return value;
            }
        }

        return null;
    }
}
