using System.Text.Json;
using Microsoft.Data.Sqlite;
using Xunit;

namespace Nexus.Dashboard.Tests.Dashboard.Commands.Journal;

public sealed class JournalCommandTests : IDisposable
{
    private readonly RecordedData _data = new();
    private readonly string _target = Path.Combine(Path.GetTempPath(), $"nexus-out-{Guid.NewGuid():N}");

    public void Dispose()
    {
        _data.Dispose();
        if (Directory.Exists(_target))
        {
            Directory.Delete(_target, recursive: true);
        }

        File.Delete(_target);
    }

    [Fact]
    public async Task A_sound_journal_verifies()
    {
        CommandRun run = await CommandRun.OfAsync("journal", "verify", "--data", _data.Folder, "--json");

        Assert.Equal(0, run.ExitCode);
        Assert.Equal(3, run.Json.GetProperty("events").GetInt32());
        Assert.Equal(_data.StateHash, run.Json.GetProperty("hash").GetString());
        Assert.Equal(_data.StateHash, run.Json.GetProperty("replayedHash").GetString());
        Assert.True(run.Json.GetProperty("chain").GetBoolean());
        Assert.True(run.Json.GetProperty("ok").GetBoolean());
    }

    [Fact]
    public async Task A_changed_one_fails_and_says_where()
    {
        using (SqliteConnection database = new($"Data Source={Path.Combine(_data.Folder, "engine.db")};Pooling=false"))
        {
            database.Open();
            using SqliteCommand command = database.CreateCommand();
            command.CommandText = "UPDATE batches SET at = at + 1 WHERE first = 2";
            Assert.Equal(1, command.ExecuteNonQuery());
        }

        CommandRun run = await CommandRun.OfAsync("journal", "verify", "--data", _data.Folder);

        Assert.Equal(1, run.ExitCode);
        Assert.Contains("NOT SOUND", run.Output);
        Assert.Contains("batch of events 2–2", run.Output);
    }

    [Fact]
    public async Task The_export_is_a_line_of_JSON_an_event()
    {
        CommandRun run = await CommandRun.OfAsync("journal", "export", "--data", _data.Folder, "--after", "1");

        Assert.Equal(0, run.ExitCode);
        string[] lines = run.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal([2, 3], lines.Select(line => JsonDocument.Parse(line).RootElement.GetProperty("sequence").GetInt32()));
        Assert.Contains("2 events written", run.Error);
    }

    [Fact]
    public async Task The_export_goes_to_a_file_where_one_is_named()
    {
        CommandRun run = await CommandRun.OfAsync("journal", "export", "--data", _data.Folder, "--out", _target);

        Assert.Equal((0, ""), (run.ExitCode, run.Output));
        Assert.Equal(3, File.ReadAllLines(_target).Length);
    }

    [Fact]
    public async Task A_backup_verifies_as_the_original_does()
    {
        CommandRun backup = await CommandRun.OfAsync("backup", _target, "--data", _data.Folder, "--json");
        CommandRun verify = await CommandRun.OfAsync("journal", "verify", "--data", _target, "--json");

        Assert.Equal(0, backup.ExitCode);
        Assert.Equal(3, backup.Json.GetProperty("lastSequence").GetInt32());
        Assert.Equal(0, verify.ExitCode);
        Assert.Equal(_data.StateHash, verify.Json.GetProperty("replayedHash").GetString());
    }

    [Fact]
    public async Task A_backup_never_overwrites()
    {
        Directory.CreateDirectory(_target);
        await File.WriteAllTextAsync(Path.Combine(_target, "precious"), "");

        CommandRun run = await CommandRun.OfAsync("backup", _target, "--data", _data.Folder);

        Assert.Equal(2, run.ExitCode);
        Assert.Equal($"error: {_target} exists and is not empty: name a folder that does not exist yet\n", run.Error);
    }

    [Theory]
    [InlineData("journal", "verify")]
    [InlineData("journal", "export")]
    public async Task A_directory_that_is_not_there_is_named(params string[] command)
    {
        CommandRun run = await CommandRun.OfAsync([.. command, "--data", _target]);

        Assert.Equal(2, run.ExitCode);
        Assert.Contains($"there is no data directory {_target}", run.Error);
    }
}
