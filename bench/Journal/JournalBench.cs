namespace Nexus.Bench.Journal;

/// <summary>What durability costs: recovery, commits by size, and a row for each batch against a row for each event.</summary>
internal static class JournalBench
{
    public static async Task<int> RunAsync(string[] args)
    {
        string folder = args is [var chosen, ..] ? Path.GetFullPath(chosen) : Path.GetTempPath();
        Console.WriteLine($"on the disk of {folder} (another: journal DIR; one part: journal DIR recovery)");
        if (args is [_, "recovery"])
        {
            return await Task.Run(() => RecoveryBench.Run(folder));
        }

        int rows = await Task.Run(() => RowShapeBench.Run(folder));
        int commits = await Task.Run(() => CommitBench.Run(folder));
        int recovery = await Task.Run(() => RecoveryBench.Run(folder));
        return Math.Max(rows, Math.Max(commits, recovery));
    }
}
