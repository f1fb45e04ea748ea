using Nexus.Bench.Running;
using Nexus.Engine.Simulation.Traces;

namespace Nexus.Bench.Budgets;

/// <summary>How much a model wrote in answer to each request of an hour of a real service.</summary>
internal static class OutputLengths
{
    /// <summary>The trace, beside the repository.</summary>
    public const string Trace = "azure-llm-2023/AzureLLMInferenceTrace_conv.csv";

    /// <summary>The tokens of each answer, in the order of the requests; null where the trace is not here.</summary>
    public static long[]? Read()
    {
        string path = Path.Combine(Repository.Root, "..", "shared", "data", Trace);
        if (!File.Exists(path))
        {
            return null;
        }

        using StreamReader text = File.OpenText(path);
        return [.. TraceReader.Read(text, path).Select(r => r.Resources["tokens.output"].Thousandths / 1_000).Where(tokens => tokens > 0)];
    }
}
