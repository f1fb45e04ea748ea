namespace Nexus.Dashboard.Tests.Engine.Cases;

/// <summary>
/// Published examples of quotas and scheduling, one a file, each through the engine: its rules are built from the set-up by commands, and what comes of the requests is read
/// from its answers and its state. <c>NEXUS_CASES</c> names another folder with cases of the same form.
/// </summary>
public sealed class PublishedSchedulingCases
{
    private const string Folder = "NEXUS_CASES";
    private const string Absent = "";

    /// <summary>The files' names; one without a name where there is no folder.</summary>
    public static TheoryData<string> Files =>
        FolderOfCases() is { } folder ? new TheoryData<string>(Directory.EnumerateFiles(folder, "*.json").Select(f => Path.GetFileName(f)).Order(StringComparer.Ordinal)) : new TheoryData<string>(Absent);

    [Theory]
    [MemberData(nameof(Files))]
    public void A_published_case_comes_out_as_published(string file)
    {
        Assert.SkipWhen(file == Absent, $"../shared/cases/sched is not here, and {Folder} names no other folder");
        PublishedCase published = PublishedCase.Read(Path.Combine(FolderOfCases()!, file));
        KindOfCase kind = KindOfCase.Of(published);
        if (kind.WhyNot(published) is { } reason)
        {
            Assert.Skip($"{published.Id} ({published.Kind}): {reason}");
        }

        kind.Run(published);
        published.AllRead();
    }

    private static string? FolderOfCases() => CasesFolder.Of(Folder, "sched");
}
