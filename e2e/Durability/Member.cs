namespace Nexus.E2E.Durability;

/// <summary>One client of a crowd: asks, renews, releases and cancels, one call after the other, and repeats a call that got no answer.</summary>
internal sealed class Member(Wire wire, string name, int seed) : IDisposable
{
    private const int MostHeld = 3;
    private readonly Random _random = new(seed);
    private readonly List<Asked> _open = [];
    private int _number;

    /// <summary>All it asked for, and what became of it.</summary>
    public List<Asked> Asked { get; } = [];

    /// <summary>What was acknowledged so far; to be read while it acts.</summary>
    public IReadOnlyList<(string Id, string Status)> Acknowledged
    {
        get
        {
            lock (Asked)
            {
                return [.. Asked.Where(a => a.Status is not null).Select(a => (a.Id, a.Status!))];
            }
        }
    }

    /// <summary>Answers that contradict earlier ones, and answers that must not be.</summary>
    public List<string> Complaints { get; } = [];

    /// <summary>How many calls were answered.</summary>
    public int Answers { get; private set; }

    /// <summary>Acts until the line is lost, or it is told to rest.</summary>
    /// <returns>How the line was lost; null when it was not.</returns>
    public async Task<LineLostException?> ActAsync(int round, CancellationToken rest)
    {
        try
        {
            while (!rest.IsCancellationRequested)
            {
                await StepAsync(round);
            }

            return null;
        }
        catch (LineLostException lost)
        {
            return lost;
        }
    }

    /// <summary>Gives everything back.</summary>
    public async Task WindDownAsync()
    {
        while (_open.Count > 0)
        {
            Asked asked = _open[0];
            if (asked.Doing is Deed.None)
            {
                asked.Doing = asked.Status == "queued" ? Deed.Cancel : Deed.Release;
            }

            await DoAsync(asked);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => wire.Dispose();

    private Task StepAsync(int round)
    {
        // What got no answer is asked again before anything else.
        if (_open.Find(a => a.Doing is not Deed.None) is { } unanswered)
        {
            return DoAsync(unanswered);
        }

        if (_open.Count < MostHeld)
        {
            Asked asked = new($"r{round}-{name}-{_number++}", $"crowd/{name}", _random.Next(1, 4), _random.Next(50, 500), _random.Next(3) > 0);
            lock (Asked)
            {
                Asked.Add(asked);
            }

            _open.Add(asked);
            return DoAsync(asked);
        }

        Asked one = _open[_random.Next(_open.Count)];
        one.Doing = one.Status == "queued" ? (_random.Next(4) == 0 ? Deed.Cancel : Deed.Submit) : _random.Next(3) == 0 ? Deed.Renew : Deed.Release;
        return DoAsync(one);
    }

    private async Task DoAsync(Asked asked)
    {
        Answer answer = await (asked.Doing switch
        {
            // Submitting again is how a client asks what became of it.
            Deed.Submit => wire.SendAsync("POST", "/api/v1/requests", asked.Body),
            Deed.Renew => wire.SendAsync("POST", $"/api/v1/leases/{asked.Lease}/renew"),
            Deed.Release => wire.SendAsync("POST", $"/api/v1/leases/{asked.Lease}/release", new { usage = new Dictionary<string, int> { ["tokens.output"] = asked.Id.Length * 7 }, outcome = "succeeded" }),
            _ => wire.SendAsync("POST", $"/api/v1/requests/{asked.Id}/cancel"),
        });
        Answers++;
        if (answer.Status == 503)
        {
            // Not decided, or not known: asked again, at once, as the worst of clients do.
            return;
        }

        if (answer.Status == 409 && asked.Doing is Deed.Cancel)
        {
            // It started, or the lost answer had cancelled it.
            asked.Doing = Deed.Submit;
            return;
        }

        if (answer.Status is not (200 or 201))
        {
            Complaints.Add($"{asked.Doing} {asked.Id}: {answer.Status} {answer.Json}");
        }
        else if (asked.Take(answer.Json) is { } complaint)
        {
            Complaints.Add(complaint);
        }

        asked.Doing = Deed.None;
        if (!asked.IsOpen || answer.Status is not (200 or 201))
        {
            _open.Remove(asked);
        }
    }
}
