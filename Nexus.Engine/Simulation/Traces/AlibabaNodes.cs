using Nexus.Engine.Resources;
using Sylvan.Data.Csv;

namespace Nexus.Engine.Simulation.Traces;

/// <summary>The nodes of the Alibaba GPU trace of 2023, <c>openb_node_list*.csv</c>, as pools: one for each GPU model with its nodes' capacities summed, and one of the nodes without.</summary>
public static class AlibabaNodes
{
    /// <summary>The file's name, beside that of the pods.</summary>
    public const string FileName = "openb_node_list_all_node.csv";

    private const string WithoutGpu = "cpu-only";

    /// <summary>Reads the nodes.</summary>
    /// <param name="text">The file's text; read once, from where it stands, and not closed.</param>
    /// <param name="file">Its name, for errors.</param>
    /// <returns>The pools by name: a pool is named after its model, and carries it as its label <c>model</c>.</returns>
    /// <exception cref="TraceFormatException">The header or a line cannot be read.</exception>
    public static IReadOnlyList<PoolDefinition> Read(TextReader text, string file)
    {
        ArgumentNullException.ThrowIfNull(text);
        ArgumentNullException.ThrowIfNull(file);
        using CsvDataReader csv = TraceReader.Open(text, file);
        TraceHeader header = TraceReader.HeaderOf(csv, file);
        if (!header.Has("cpu_milli", "memory_mib", "gpu", "model"))
        {
            throw new TraceFormatException(file, 1, null, "this is no list of nodes: sn,cpu_milli,memory_mib,gpu,model.");
        }

        TraceRow row = new(csv, file, header);
        SortedDictionary<string, (Int128 Cpu, Int128 Mebibytes, Int128 Gpus)> models = new(StringComparer.Ordinal);
        for (row.Line = 2; csv.Read(); row.Line++)
        {
            string model = row.TextOrNull(header.Find("model")) ?? WithoutGpu;
            (Int128 cpu, Int128 mebibytes, Int128 gpus) = models.GetValueOrDefault(model);
            models[model] = (
                cpu + row.Count(header.Find("cpu_milli"), "milli-cores"),
                mebibytes + row.Count(header.Find("memory_mib"), "MiB"),
                gpus + row.Count(header.Find("gpu"), "a number of GPUs"));
        }

        return [.. models.Select(m => Pool(m.Key, m.Value.Cpu, m.Value.Mebibytes * 1000 / 1024, m.Value.Gpus * 1000))];
    }

    private static PoolDefinition Pool(string model, Int128 cpu, Int128 memory, Int128 gpu)
    {
        (string Kind, Int128 Thousandths)[] supplies = [("cpu", cpu), ("gpu", gpu), ("memory", memory)];
        return new(
            model,
            [.. supplies.Where(s => s.Thousandths > 0).Select(s => new Supply(s.Kind, Quantity.FromThousandths((long)s.Thousandths)))],
            model == WithoutGpu ? Labels.None : Labels.Of([new("model", model)]),
            PurchaseOption.OnDemand,
            null);
    }
}
