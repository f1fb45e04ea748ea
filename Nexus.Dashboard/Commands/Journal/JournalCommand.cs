using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Nexus.Engine.Storage;
using EngineLimits = Nexus.Engine.Core.EngineLimits;

namespace Nexus.Dashboard.Commands.Journal;

/// <summary><c>journal verify</c> and <c>journal export</c>: they only read, so they work beside a running server as well as without one.</summary>
internal sealed class JournalCommand(string[] settings)
{
    private readonly Option<string?> _out = new("--out") { Description = "Write there instead of to standard output.", HelpName = "FILE" };

    private readonly Option<long> _after = new("--after") { Description = "Begin after this event.", HelpName = "N", DefaultValueFactory = _ => 0 };

    public Command Build()
    {
        DocumentedCommand verify = new("verify", "Replays the journal and compares the state it leads to with the one that was stored; checks the chain of hashes.")
        {
            Examples = ["journal verify", "journal verify --data /var/lib/nexus --json", "journal verify --data /backup/2026-11-24"],
        };
        verify.Options.Add(CommonOptions.Data);
        verify.SetAction(VerifyAsync);

        DocumentedCommand export = new("export", "Writes every event as a line of JSON, with the hashes by which the file can be verified without this program.")
        {
            Examples = ["journal export --out events.jsonl", "journal export --data /var/lib/nexus --after 250000 | gzip > events.jsonl.gz"],
        };
        export.Options.Add(CommonOptions.Data);
        export.Options.Add(_out);
        export.Options.Add(_after);
        _after.Require(value => value >= 0, "0 or more");
        export.SetAction(ExportAsync);

        return new DocumentedCommand("journal", "Checks or writes out what the engine decided.")
        {
            Examples = ["journal verify", "journal export --out events.jsonl"],
            Subcommands = { verify, export },
        };
    }

    private async Task<int> VerifyAsync(ParseResult parsed, CancellationToken cancellation)
    {
        CommandConfiguration configuration = CommandConfiguration.Load(settings);
        JournalVerifier verifier = new(ExistingData(configuration, parsed), new EngineLimits(configuration.Values.GetValue("Nexus:Engine:EndedInMemory", new EngineLimits().EndedInMemory)));
        EventProgress progress = new("events verified");
        VerifyResult result = await CommandProgress.ShowAsync(
            parsed.InvocationConfiguration.Error, progress.State, () => Task.Run(() => verifier.Verify(progress, cancellation), CancellationToken.None));

        TextWriter output = parsed.InvocationConfiguration.Output;
        await output.WriteLineAsync(parsed.GetValue(CommonOptions.Json) ? JsonSerializer.Serialize(result, JournalJson.Default.VerifyResult) : Text(result));
        return result.Ok ? ExitCode.Done : ExitCode.Failed;
    }

    private async Task<int> ExportAsync(ParseResult parsed, CancellationToken cancellation)
    {
        string folder = ExistingData(CommandConfiguration.Load(settings), parsed);
        EventProgress progress = new("events written");
        long written;
        await using (Stream to = Open(parsed))
        {
            written = await CommandProgress.ShowAsync(
                parsed.InvocationConfiguration.Error, progress.State, () => Task.Run(() => JournalExport.WriteAsync(folder, to, parsed.GetValue(_after), progress, cancellation), CancellationToken.None));
        }

        await parsed.InvocationConfiguration.Error.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"{written:N0} events written"));
        return ExitCode.Done;
    }

    private static string ExistingData(CommandConfiguration configuration, ParseResult parsed)
    {
        string folder = configuration.Data(parsed).Path;
        return Directory.Exists(folder) ? folder : throw CommandException.BadInput($"there is no data directory {folder}; name one with --data DIR.");
    }

    private Stream Open(ParseResult parsed)
    {
        if (parsed.GetValue(_out) is not { } path)
        {
            TextWriter output = parsed.InvocationConfiguration.Output;
            return ReferenceEquals(output, Console.Out) ? Console.OpenStandardOutput() : new TextStream(output);
        }

        try
        {
            return new FileStream(path, FileMode.Create, FileAccess.Write);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw CommandException.BadInput($"the export cannot be written: {fault.Message}", fault);
        }
    }

    private static string Text(VerifyResult result) => string.Create(
        CultureInfo.InvariantCulture,
        $"""
        {(result.Ok ? "sound" : "NOT SOUND")}: {result.Events:N0} events ({result.First:N0}–{result.Last:N0})
        state hash    {result.Hash ?? "none stored"}
        replayed      {result.ReplayedHash ?? "not reached"}
        chain         {(result.Chain ? "unbroken" : "BROKEN")}{(result.LastHash is { } last ? $", ends with {last}" : "")}
        """) + (result.Problem is { } problem ? $"{Environment.NewLine}{problem}" : "");
}
