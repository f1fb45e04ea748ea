using System.CommandLine;
using System.CommandLine.Parsing;
using Nexus.Dashboard.Api;
using Nexus.Dashboard.Commands.Access;
using Nexus.Dashboard.Commands.Journal;

namespace Nexus.Dashboard.Commands.Costs;

/// <summary><c>costs export</c>: the lines of the ledger as a file, from a running system or a data directory, written as they are read.</summary>
internal sealed class CostsCommand(ServeCommand serve)
{
    private const string Unfinished = ".part";

    private readonly Option<string?> _from = Time("--from", "From when, by the beginning of the charge periods; 30 days before --to unless given.");
    private readonly Option<string?> _to = Time("--to", "Until when, that moment excluded; now unless given.");
    private readonly Option<string> _format = new("--format") { Description = "csv, focus or parquet.", HelpName = "FORMAT", DefaultValueFactory = _ => "csv" };
    private readonly Option<string?> _focusVersion = new("--focus-version") { Description = "The version of FOCUS: 1.4, or 1.2 for tools that lag.", HelpName = "VERSION" };
    private readonly Option<string[]> _filters = new("--filter") { Description = "Only what has a value, such as tenant:acme; may be given several times.", HelpName = "KEY:VALUE" };
    private readonly Option<string?> _output = new("--output") { Description = "Write there instead of to standard output.", HelpName = "FILE" };

    public Command Build()
    {
        DocumentedCommand export = new("export", "Writes the lines of the ledger as a file: CSV, Parquet, or FOCUS for FinOps tools.")
        {
            Examples =
            [
                "costs export --from 2026-11-01 --to 2026-12-01 --output november.csv", "costs export --format focus --filter tenant:acme --url http://nexus:5080 > acme.csv",
                "costs export --format parquet --data /var/lib/nexus --output costs.parquet",
            ],
        };
        _format.AcceptOnlyFromAmong("csv", "focus", "parquet");
        _focusVersion.AcceptOnlyFromAmong("1.4", "1.2");
        foreach (Option option in (Option[])[_from, _to, _format, _focusVersion, _filters, _output, CommonOptions.Url, CommonOptions.Key, CommonOptions.Data])
        {
            export.Options.Add(option);
        }

        export.SetAction(ExportAsync);
        return new DocumentedCommand("costs", "What things cost.") { Examples = ["costs export --from 2026-11-01 --to 2026-12-01 --output november.csv"], Subcommands = { export } };
    }

    private async Task<int> ExportAsync(ParseResult parsed, CancellationToken cancellation)
    {
        await using SystemConnection system = await SystemConnection.OpenAsync(serve, parsed, cancellation);
        string? path = parsed.GetValue(_output);
        if (path is null)
        {
            TextWriter output = parsed.InvocationConfiguration.Output;
            await using Stream standard = ReferenceEquals(output, Console.Out) ? Console.OpenStandardOutput() : new TextStream(output);
            (await system.DownloadAsync(PathOf(parsed), standard, cancellation)).OrFail();
            return ExitCode.Done;
        }

        long bytes = await WriteAsync(system, PathOf(parsed), path, cancellation);
        await parsed.InvocationConfiguration.Error.WriteLineAsync(string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{path}: {bytes:N0} bytes"));
        return ExitCode.Done;
    }

    // A file under its name is whole: what breaks off leaves nothing, and what was there before stays.
    private static async Task<long> WriteAsync(SystemConnection system, string from, string path, CancellationToken cancellation)
    {
        string unfinished = path + Unfinished;
        try
        {
            long bytes;
            await using (FileStream file = new(unfinished, FileMode.Create, FileAccess.Write))
            {
                (await system.DownloadAsync(from, file, cancellation)).OrFail();
                bytes = file.Length;
            }

            File.Move(unfinished, path, overwrite: true);
            return bytes;
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw CommandException.BadInput($"{path} cannot be written: {fault.Message}", fault);
        }
        finally
        {
            Forget(unfinished);
        }
    }

    private static void Forget(string file)
    {
        try
        {
            File.Delete(file);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            // The error that is told is the one that came first.
        }
    }

    private string PathOf(ParseResult parsed)
    {
        List<(string Name, string? Value)> query = [("format", parsed.GetValue(_format)), ("focusVersion", parsed.GetValue(_focusVersion)), ("from", Moment(parsed.GetValue(_from))), ("to", Moment(parsed.GetValue(_to)))];
        query.AddRange((parsed.GetValue(_filters) ?? []).Select(f => ("filter", (string?)f)));
        return $"costs/export?{string.Join('&', query.Where(q => q.Value is not null).Select(q => $"{q.Name}={Uri.EscapeDataString(q.Value!)}"))}";
    }

    private static string? Moment(string? text) => text is { Length: 10 } ? text + "T00:00:00Z" : text;

    private static Option<string?> Time(string name, string description)
    {
        Option<string?> option = new(name) { Description = description, HelpName = "TIME" };
        option.Require(t => t is null || Api.Moment.TryParse(Moment(t)!, out _), "a day such as 2026-11-01, or a time with its offset such as 2026-11-01T00:00:00Z");
        return option;
    }
}
