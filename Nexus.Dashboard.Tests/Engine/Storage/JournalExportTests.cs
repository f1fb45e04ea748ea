using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text.Json;
using Nexus.Engine.Storage;
using Xunit;

namespace Nexus.Dashboard.Tests.Engine.Storage;

public sealed class JournalExportTests : IDisposable
{
    private readonly DataFolder _folder = new();
    private readonly Scene _story = Story.Told();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Each_line_is_an_event_and_the_chain_can_be_verified_from_the_lines_alone()
    {
        using (SqliteJournal journal = _folder.Open())
        {
            Story.Write(journal, _story.Events);
        }

        JsonElement[] lines = await ExportAsync();

        Assert.Equal(_story.Events.Select(e => e.Sequence), lines.Select(l => l.GetProperty("sequence").GetInt64()));
        Assert.Equal(_story.Events.Select(EventJson.TypeOf), lines.Select(l => l.GetProperty("type").GetString()));
        Assert.Equal(new JournalVerifier(_folder.Path, Story.Limits).Verify().LastHash, VerifiedWithoutNexus(lines));
    }

    [Fact]
    public async Task An_export_from_a_number_on_begins_with_the_batch_that_holds_the_next_event()
    {
        using SqliteJournal journal = _folder.Open();
        Story.Write(journal, _story.Events);

        JsonElement[] lines = await ExportAsync(after: 10);

        Assert.Equal(9, lines[0].GetProperty("sequence").GetInt64());
    }

    [Fact]
    public async Task A_damaged_journal_is_exported_up_to_the_damage()
    {
        using (SqliteJournal journal = _folder.Open())
        {
            Story.Write(journal, _story.Events);
        }

        _folder.Sql("UPDATE batches SET events = zeroblob(length(events)) WHERE first = 9");

        JournalException error = await Assert.ThrowsAsync<JournalException>(() => ExportAsync());
        Assert.Contains("events 9–12", error.Message, StringComparison.Ordinal);
    }

    // What docs/reference/journal-export.md says, and nothing else.
    private static string VerifiedWithoutNexus(IEnumerable<JsonElement> lines)
    {
        string previous = new('0', 64);
        List<byte> encoded = [];
        foreach (JsonElement line in lines)
        {
            encoded.AddRange(line.GetProperty("encoded").GetBytesFromBase64());
            if (!line.TryGetProperty("batch", out JsonElement batch))
            {
                continue;
            }

            Assert.Equal(previous, batch.GetProperty("previousHash").GetString());
            byte[] numbers = new byte[24];
            BinaryPrimitives.WriteInt64LittleEndian(numbers, batch.GetProperty("first").GetInt64());
            BinaryPrimitives.WriteInt64LittleEndian(numbers.AsSpan(8), batch.GetProperty("last").GetInt64());
            BinaryPrimitives.WriteInt64LittleEndian(numbers.AsSpan(16), batch.GetProperty("at").GetInt64());
            previous = Convert.ToHexStringLower(SHA256.HashData([.. Convert.FromHexString(previous), .. numbers, .. encoded]));
            Assert.Equal(previous, batch.GetProperty("hash").GetString());
            encoded.Clear();
        }

        Assert.Empty(encoded);
        return previous;
    }

    private async Task<JsonElement[]> ExportAsync(long after = 0)
    {
        using MemoryStream written = new();
        await JournalExport.WriteAsync(_folder.Path, written, after);
        written.Position = 0;
        using StreamReader reader = new(written);
        return [.. (await reader.ReadToEndAsync()).Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonDocument.Parse(line).RootElement)];
    }
}
