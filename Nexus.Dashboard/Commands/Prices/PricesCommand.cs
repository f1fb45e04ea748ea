using System.CommandLine;
using System.Globalization;
using System.Net.Http.Headers;
using System.Text.Json;
using Nexus.Dashboard.Api;
using Nexus.Dashboard.Commands.Access;
using Nexus.Dashboard.Features.Prices;

namespace Nexus.Dashboard.Commands.Prices;

/// <summary><c>prices import</c>: a price book from a file, for a running system or a data directory.</summary>
internal sealed class PricesCommand(ServeCommand serve)
{
    private readonly Argument<FileInfo> _file = new("FILE") { Description = "A JSON file: {\"items\": [...]} as GET /api/v1/prices answers it, or LiteLLM's price table." };
    private readonly Option<bool> _dryRun = new("--dry-run") { Description = "Tell what would change, and change nothing." };

    public Command Build()
    {
        DocumentedCommand import = new("import", "Adds or replaces the prices that a file names. What cannot be priced is listed, never dropped in silence.")
        {
            Examples = ["prices import model_prices_and_context_window.json", "prices import prices.json --data /var/lib/nexus --dry-run", "prices import prices.json --url http://nexus:5080 --json"],
        };
        import.Arguments.Add(_file);
        import.Options.Add(_dryRun);
        import.Options.Add(CommonOptions.Url);
        import.Options.Add(CommonOptions.Key);
        import.Options.Add(CommonOptions.Data);
        import.SetAction(ImportAsync);
        return new DocumentedCommand("prices", "The price book.") { Examples = ["prices import prices.json"], Subcommands = { import } };
    }

    private async Task<int> ImportAsync(ParseResult parsed, CancellationToken cancellation)
    {
        byte[] json = await ReadAsync(parsed.GetRequiredValue(_file), cancellation);
        bool dryRun = parsed.GetValue(_dryRun);
        await using SystemConnection system = await SystemConnection.OpenAsync(serve, parsed, cancellation);
        using ByteArrayContent content = new(json) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } };
        PriceImportAnswer answer = (await system.SendAsync(HttpMethod.Post, dryRun ? "prices:import?dryRun=true" : "prices:import", content, ApiJson.Default.PriceImportAnswer, cancellation)).OrFail();
        TextWriter output = parsed.InvocationConfiguration.Output;
        if (parsed.GetValue(CommonOptions.Json))
        {
            await output.WriteLineAsync(JsonSerializer.Serialize(answer, ApiJson.Default.PriceImportAnswer));
            return ExitCode.Done;
        }

        await output.WriteLineAsync(string.Create(
            CultureInfo.InvariantCulture,
            $"{(dryRun ? "Would be: " : "")}{answer.Added.Count} added, {answer.Changed.Count} changed, {answer.Unchanged} as they were, {answer.Skipped.Count} skipped"));
        foreach (PriceChangeItem changed in answer.Changed)
        {
            await output.WriteLineAsync($"  {changed.After.Sku}: {Shown(changed.Before)} → {Shown(changed.After)}");
        }

        foreach (PriceSkippedItem skipped in answer.Skipped)
        {
            await output.WriteLineAsync($"  skipped {skipped.Name}: {skipped.Reason}");
        }

        return ExitCode.Done;
    }

    private static string Shown(PriceItem price) => price.UnitPrice ?? $"{price.Tiers?.Count ?? 0} tiers";

    private static async Task<byte[]> ReadAsync(FileInfo file, CancellationToken cancellation)
    {
        try
        {
            return await File.ReadAllBytesAsync(file.FullName, cancellation);
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
        {
            throw CommandException.BadInput($"{file} cannot be read: {unreadable.Message}");
        }
    }
}
