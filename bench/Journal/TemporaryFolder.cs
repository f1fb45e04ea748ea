namespace Nexus.Bench.Journal;

/// <summary>A folder on the disk that is measured, removed at the end.</summary>
internal sealed class TemporaryFolder : IDisposable
{
    public TemporaryFolder(string parent) => Directory.CreateDirectory(Path = System.IO.Path.Combine(parent, $"nexus-bench-{Guid.NewGuid():N}"));

    public string Path { get; }

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
