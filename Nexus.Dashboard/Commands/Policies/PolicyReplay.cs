using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;
using Nexus.Dashboard.Api;
using Nexus.Dashboard.Commands.Access;
using Nexus.Dashboard.Features.Prices;
using Nexus.Dashboard.Features.Simulator;

namespace Nexus.Dashboard.Commands.Policies;

/// <summary>Has a system replay what it recorded under its present policy and under a changed one.</summary>
/// <param name="system">The system.</param>
/// <param name="error">Where progress is shown.</param>
internal sealed class PolicyReplay(SystemConnection system, TextWriter error)
{
    /// <summary>The name of the variant that changes nothing.</summary>
    public const string Present = "present";

    /// <summary>The name of the variant with the changes.</summary>
    public const string Changed = "changed";

    private static readonly TimeSpan Shortest = TimeSpan.FromMinutes(15);

    // Those that know what is replayed say so by this key, which is the remedy.
    private static readonly string TooMuch = $"{SimulatorOptions.Section}:{nameof(SimulatorOptions.MaxEvents)}";

    /// <summary>Replays a window.</summary>
    /// <param name="wanted">The policy to try.</param>
    /// <param name="changes">What it changes.</param>
    /// <param name="from">When the window begins.</param>
    /// <param name="to">When it ends.</param>
    /// <param name="mayShorten">True where nobody asked for that window: a shorter one is taken where it holds more than the system replays.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <exception cref="CommandException">It cannot be done.</exception>
    public async Task<SimulationAnswer> RunAsync(PolicyContent wanted, IReadOnlyList<PolicyChange> changes, DateTimeOffset from, DateTimeOffset to, bool mayShorten, CancellationToken cancellation)
    {
        VariantBody changed = Variant(wanted, changes);
        while (true)
        {
            SimulationAnswer answer = await RunAsync(new SimulationBody { Window = new WindowBody(from, to), Variants = [new VariantBody { Name = Present }, changed] }, cancellation);
            TimeSpan half = (to - (answer.Window?.From ?? from)) / 2;
            if (answer.Status == SimulationStatus.Finished)
            {
                return answer;
            }

            if (!mayShorten || half < Shortest || answer.Error?.Contains(TooMuch, StringComparison.Ordinal) != true)
            {
                throw CommandException.Failed($"The replay has {answer.Status.ToString().ToLowerInvariant()}: {answer.Error}");
            }

            from = to - half;
            await error.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"More is recorded than is replayed at once ({TooMuch}): trying from {from:yyyy-MM-ddTHH:mm:ssK} on; --from chooses"));
        }
    }

    /// <summary>The changes as a variant of a simulation has them: merge patches on what was recorded.</summary>
    public static VariantBody Variant(PolicyContent wanted, IReadOnlyList<PolicyChange> changes)
    {
        return new VariantBody
        {
            Name = Changed,
            Kinds = Patches(PolicyParts.Kinds),
            Priorities = Patches(PolicyParts.Priorities),
            Owners = Patches(PolicyParts.Owners),
            Pools = Patches(PolicyParts.Pools),
            Quotas = Patches(PolicyParts.Quotas),
            Budgets = Patches(PolicyParts.Budgets),
            Prices = changes.Any(c => c.Part == PolicyParts.Prices) ? [.. wanted.Of(PolicyParts.Prices)!.Items.Select(item => item.Body.Deserialize(ApiJson.Default.PriceItem)!)] : null,
        };

        Dictionary<string, JsonElement>? Patches(PolicyPart part) => changes.Where(c => c.Part == part)
            .ToDictionary(c => c.Name, c => Element(c.After is null ? null : MergePatch.Of(c.Before?.Body, c.After.Body)), StringComparer.Ordinal) is { Count: > 0 } patches ? patches : null;
    }

    private async Task<SimulationAnswer> RunAsync(SimulationBody body, CancellationToken cancellation)
    {
        using StringContent content = new(JsonSerializer.Serialize(body, ApiJson.Default.SimulationBody), Encoding.UTF8, new MediaTypeHeaderValue("application/json"));
        JsonTypeInfo<SimulationAnswer> type = (JsonTypeInfo<SimulationAnswer>)PolicyJson.Lenient.GetTypeInfo(typeof(SimulationAnswer))!;
        SimulationAnswer answer = (await system.SendAsync(HttpMethod.Post, "simulations", content, type, cancellation)).OrFail();
        double progress = 0;
        try
        {
            return await CommandProgress.ShowAsync(error, () => new ProgressState(Volatile.Read(ref progress), "replaying what was recorded"), async () =>
            {
                while (answer.Status is SimulationStatus.Queued or SimulationStatus.Running)
                {
                    answer = (await system.SendAsync(HttpMethod.Get, $"simulations/{answer.Id}?wait=PT2S", null, type, cancellation)).OrFail();
                    Volatile.Write(ref progress, answer.Progress);
                }

                return answer;
            });
        }
        catch (OperationCanceledException)
        {
            await system.SendAsync(HttpMethod.Post, $"simulations/{answer.Id}/cancel", null, type, CancellationToken.None);
            throw;
        }
    }

    private static JsonElement Element(JsonNode? node) => JsonSerializer.SerializeToElement(node, PolicyJson.Default.JsonNode);
}
