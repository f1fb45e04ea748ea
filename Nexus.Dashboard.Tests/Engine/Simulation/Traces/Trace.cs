using Nexus.Engine.Simulation.Traces;
using Xunit;

namespace Nexus.Dashboard.Tests.Engine.Simulation.Traces;

/// <summary>Traces for tests: literal ones, and the real ones where they are at hand.</summary>
internal static class Trace
{
    public const string Azure = "azure-llm-2023/AzureLLMInferenceTrace_conv.csv";
    public const string Alibaba = "alibaba-gpu-2023/openb_pod_list_default.csv";
    public const string Kueue = "kueue-baseline/trace.csv";

    public static TraceRequest[] Read(string text, int? owners = null) => [.. TraceReader.Read(new StringReader(text), "trace.csv", owners)];

    /// <summary>The requests of a real trace; skips the test where the shared data is not beside the repository.</summary>
    public static List<TraceRequest> ReadShared(string path, int? owners = null)
    {
        using StreamReader text = File.OpenText(SharedFile(path));
        return [.. TraceReader.Read(text, path, owners)];
    }

    /// <summary>The path of a shared file; skips the test where it is absent.</summary>
    public static string SharedFile(string path)
    {
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            string file = Path.Combine(folder.FullName, "shared", "data", path);
            if (File.Exists(file))
            {
                return file;
            }
        }

        Assert.Skip($"../shared/data/{path} is not here");
        return path;
    }
}
