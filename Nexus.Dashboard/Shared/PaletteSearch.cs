using Nexus.Dashboard.Access;
using Nexus.Dashboard.Features.Pools;
using Nexus.Dashboard.Features.Queue;
using Nexus.Engine.Core;
using Nexus.Engine.Hosting;
using Nexus.Engine.Resources;
using Nexus.Engine.Scheduling;

namespace Nexus.Dashboard.Shared;

/// <summary>One thing the palette offers.</summary>
/// <param name="Group">Go to, or Do.</param>
/// <param name="Text">What it is.</param>
/// <param name="Icon">Its icon.</param>
/// <param name="Href">Where it goes, or null.</param>
/// <param name="Act">What the script does, or null.</param>
/// <param name="Hint">Its keys, or what kind of thing it is.</param>
public sealed record PaletteItem(string Group, string Text, string Icon, string? Href, string? Act, string Hint);

/// <summary>Finds pages, pools, requests and actions for the palette.</summary>
internal sealed class PaletteSearch(CallerAccessor callers, PoolService pools, QueueService queue)
{
    private const int MostOfAKind = 8;

    public async Task<IReadOnlyList<PaletteItem>> FindAsync(string text)
    {
        if (await callers.GetAsync() is not { } caller)
        {
            return [];
        }

        text = text.Trim();
        List<PaletteItem> found = [.. NavPage.All.Select(p => new PaletteItem("Go to", p.Title, p.Icon, p.Href, null, $"g {p.Key}"))];
        found.AddRange((pools.List(caller).Value ?? []).Select(p => new PaletteItem("Go to", p.Name, "pools", $"/pools/{Uri.EscapeDataString(p.Name)}", null, "pool")));
        found.AddRange(
        [
            new PaletteItem("Do", "Pause or resume live", "overview", null, "pause", "."),
            new PaletteItem("Do", "Switch theme", "theme", null, "theme", "Shift D"),
            new PaletteItem("Do", "Switch density", "density", null, "density", ""),
            new PaletteItem("Do", "New pool", "add", "/pools?open=new", null, ""),
            new PaletteItem("Do", "Show all keys", "search", null, "keys", "?"),
        ]);
        found = [.. found.Where(i => Fits(i.Text, text)).GroupBy(i => i.Hint == "pool").SelectMany(g => g.Key ? g.Take(MostOfAKind) : g)];
        if (text.Length >= 2 && queue.List(caller, new RequestQuery { Within = OwnerPath.Root, Text = text, Limit = MostOfAKind }).Value is { } page)
        {
            found.AddRange(page.Items.Select(r => new PaletteItem(
                "Ask", $"Why is {r.Spec.Id} {Signals.Word(r.Status).ToLowerInvariant()}", "queue", $"/queue?open={Uri.EscapeDataString(r.Spec.Id)}&tenant={Uri.EscapeDataString(r.Owner.Tenant)}", null, r.Owner.ToString())));
        }

        return [.. found.OrderBy(i => i.Group == "Go to" ? 0 : i.Group == "Do" ? 1 : 2)];
    }

    // The letters in their order, not necessarily together.
    private static bool Fits(string candidate, string text)
    {
        int at = 0;
        foreach (char c in candidate)
        {
            if (at < text.Length && char.ToUpperInvariant(c) == char.ToUpperInvariant(text[at]))
            {
                at++;
            }
        }

        return at == text.Length;
    }
}
