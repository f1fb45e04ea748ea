namespace Nexus.Dashboard.Tests.Dashboard.Commands.Policies;

/// <summary>A folder of policies, gone after the test.</summary>
internal sealed class PolicyFolder : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("nexus-policy-").FullName;

    public string this[string name] => Path.Combine(_folder, name);

    /// <summary>Writes a policy.</summary>
    public string Write(string policy, params (string File, string Json)[] files)
    {
        Directory.CreateDirectory(this[policy]);
        foreach ((string file, string json) in files)
        {
            File.WriteAllText(Path.Combine(this[policy], file), json);
        }

        return this[policy];
    }

    /// <summary>Writes a policy over a copy of another.</summary>
    public string Copy(string from, string to, params (string File, string Json)[] files)
    {
        Directory.CreateDirectory(this[to]);
        foreach (string file in Directory.GetFiles(this[from]))
        {
            File.Copy(file, Path.Combine(this[to], Path.GetFileName(file)), overwrite: true);
        }

        return Write(to, files);
    }

    /// <summary>All files of a policy, by name, as text.</summary>
    public SortedDictionary<string, string> Read(string policy) => new(Directory.GetFiles(this[policy]).ToDictionary(f => Path.GetFileName(f), File.ReadAllText), StringComparer.Ordinal);

    public void Dispose() => Directory.Delete(_folder, recursive: true);
}
