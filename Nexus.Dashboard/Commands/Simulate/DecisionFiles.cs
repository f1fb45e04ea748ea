using Nexus.Engine.Core;
using Nexus.Engine.Simulation;
using Nexus.Engine.Storage;

namespace Nexus.Dashboard.Commands.Simulate;

/// <summary>Each variant's decisions as JSON lines, in the shapes of the journal's export, one file a variant.</summary>
internal sealed class DecisionFiles : IDisposable
{
    private readonly FileStream[] _files;

    /// <summary>Creates the files, and the folder where there is none.</summary>
    /// <exception cref="CommandException">They cannot be created.</exception>
    public DecisionFiles(string folder, IReadOnlyList<Variant> variants)
    {
        try
        {
            Directory.CreateDirectory(folder);
            _files = [.. variants.Select(v => new FileStream(Path.Combine(folder, $"{v.Name}.jsonl"), FileMode.Create, FileAccess.Write, FileShare.Read, 1 << 16))];
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw CommandException.BadInput($"--record: {fault.Message}", fault);
        }
    }

    /// <summary>Writes what a variant decided.</summary>
    public void Write(int variant, Batch batch)
    {
        for (int i = 0; i < batch.Events.Count; i++)
        {
            _files[variant].Write(EventJson.Line(batch.Events[i]).Span);
            _files[variant].WriteByte((byte)'\n');
        }
    }

    public void Dispose()
    {
        foreach (FileStream file in _files)
        {
            file.Dispose();
        }
    }
}
