using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Nexus.Engine.Storage;

namespace Nexus.Dashboard.Commands.Journal;

/// <summary><c>backup DIR</c>: a consistent copy of a data directory, while a server runs on it or not.</summary>
internal sealed class BackupCommand(string[] settings)
{
    private readonly Argument<string> _target = new("DIR") { Description = "The folder to make; it must not exist yet, or be empty." };

    public Command Build()
    {
        DocumentedCommand backup = new("backup", "Copies the data directory as it stands at one moment, while a server runs on it or not. A server can be started on the copy.")
        {
            Examples = ["backup /backup/2026-11-24", "backup /backup/nightly --data /var/lib/nexus --json", "journal verify --data /backup/2026-11-24"],
        };
        backup.Arguments.Add(_target);
        backup.Options.Add(CommonOptions.Data);
        backup.SetAction(BackupAsync);
        return backup;
    }

    private async Task<int> BackupAsync(ParseResult parsed, CancellationToken cancellation)
    {
        string folder = CommandConfiguration.Load(settings).Data(parsed).Path;
        string target = parsed.GetRequiredValue(_target);
        FileProgress progress = new();
        BackupResult result;
        try
        {
            result = await CommandProgress.ShowAsync(
                parsed.InvocationConfiguration.Error, progress.State, () => Task.Run(() => JournalBackup.Create(folder, target, progress, cancellation), CancellationToken.None));
        }
        catch (ArgumentException fault)
        {
            throw CommandException.BadInput(fault.Message.Replace($" (Parameter '{fault.ParamName}')", "", StringComparison.Ordinal), fault);
        }

        await parsed.InvocationConfiguration.Output.WriteLineAsync(parsed.GetValue(CommonOptions.Json)
            ? JsonSerializer.Serialize(result, JournalJson.Default.BackupResult)
            : string.Create(CultureInfo.InvariantCulture, $"{result.Path}: {result.Files:N0} files, {result.Bytes / 1e6:N1} MB, up to event {result.LastSequence:N0}"));
        return ExitCode.Done;
    }

    /// <summary>How far the file is that is being copied.</summary>
    private sealed class FileProgress : IProgress<BackupProgress>
    {
        private volatile BackupProgress? _now;

        public void Report(BackupProgress value) => _now = value;

        public ProgressState State() => _now is { } now
            ? new(now.All == 0 ? 1 : (double)now.Done / now.All, string.Create(CultureInfo.InvariantCulture, $"{now.File}: {now.Done / 1e6:N1} of {now.All / 1e6:N1} MB"))
            : new(0, "starting");
    }
}
