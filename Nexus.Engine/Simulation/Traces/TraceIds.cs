using System.Buffers;

namespace Nexus.Engine.Simulation.Traces;

/// <summary>Ids as traces state them.</summary>
internal static class TraceIds
{
    private const int MaxLength = 200;

    private static readonly SearchValues<char> Allowed =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._:-");

    /// <summary>The id in a cell; null where it is empty.</summary>
    public static string? Read(TraceRow row, int column)
    {
        string? id = row.TextOrNull(column);
        return id is null || (id.Length <= MaxLength && !id.AsSpan().ContainsAnyExcept(Allowed)) ? id
            : throw row.Fault(column, $"'{id}' is not an id; write 1–200 of A-Z a-z 0-9 . _ : - or leave the cell empty.");
    }
}
