using Nexus.Engine.Simulation.Traces;

namespace Nexus.Dashboard.Commands.Replay;

/// <summary>Which pools serve a request that accepts some models only. One model is a label; for several the pools are looked up once.</summary>
internal sealed class PoolModels(ReplayClient client)
{
    private const string Label = "model";

    private readonly Lock _lock = new();
    private Task<ILookup<string, string>>? _namesByModel;

    /// <summary>The fields <c>pools</c> and <c>poolLabels</c> of a request.</summary>
    public async ValueTask<(IReadOnlyList<string>? Pools, Dictionary<string, string>? Labels)> ForAsync(TraceRequest request, CancellationToken cancellation)
    {
        IReadOnlyList<string> models = request.PoolModels;
        if (models.Count == 0)
        {
            return (null, null);
        }

        if (models.Count > 1)
        {
            ILookup<string, string> names = await NamesByModelAsync(cancellation);
            string[] pools = [.. models.SelectMany(model => names[model]).Distinct(StringComparer.Ordinal)];
            if (pools.Length > 0)
            {
                return (pools, null);
            }
        }

        // No pool has any of them: the server refuses it, and says so better than we could.
        return (null, new(StringComparer.Ordinal) { [Label] = models[0] });
    }

    private Task<ILookup<string, string>> NamesByModelAsync(CancellationToken cancellation)
    {
        lock (_lock)
        {
            return _namesByModel ??= LoadAsync(cancellation);
        }
    }

    private async Task<ILookup<string, string>> LoadAsync(CancellationToken cancellation)
    {
        List<PoolAnswer> pools = [];
        string? cursor = null;
        do
        {
            Answer<PoolsAnswer> page = await client.PoolsAsync(cursor, cancellation);
            if (page.Body is not { } body)
            {
                throw CommandException.Failed($"the pools cannot be read, and the trace accepts several models a request: {page.Fault}. Give a key with scope read.");
            }

            pools.AddRange(body.Items);
            cursor = body.Next;
        }
        while (cursor is not null);

        return pools.Where(pool => pool.Labels?.ContainsKey(Label) == true).ToLookup(pool => pool.Labels![Label], pool => pool.Name, StringComparer.Ordinal);
    }
}
