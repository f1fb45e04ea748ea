using Nexus.Engine.Resources;
using Nexus.Engine.Simulation.Traces;
using Xunit;

namespace Nexus.Dashboard.Tests.Engine.Simulation.Traces;

public sealed class AlibabaNodesTests
{
    [Fact]
    public void The_nodes_of_a_model_make_a_pool_that_carries_it()
    {
        IReadOnlyList<PoolDefinition> pools = AlibabaNodes.Read(
            new StringReader("sn,cpu_milli,memory_mib,gpu,model\nn1,32000,262144,0,\nn2,96000,786432,8,G2\nn3,96500,1,4,G2\n"), "nodes.csv");

        Assert.Equal(["G2", "cpu-only"], pools.Select(p => p.Name));
        Assert.Equal("cpu 192.5, gpu 12, memory 768", Text(pools[0]));
        Assert.Equal("G2", pools[0].Labels["model"]);
        Assert.Equal("cpu 32, memory 256", Text(pools[1]));
        Assert.Empty(pools[1].Labels);
    }

    [Fact]
    public void The_real_ones_make_eight_pools()
    {
        using StreamReader text = File.OpenText(Trace.SharedFile("alibaba-gpu-2023/openb_node_list_all_node.csv"));

        IReadOnlyList<PoolDefinition> pools = AlibabaNodes.Read(text, "nodes.csv");

        Assert.Equal(["A10", "G2", "G3", "P100", "T4", "V100M16", "V100M32", "cpu-only"], pools.Select(p => p.Name));
        Assert.Equal(6_212, pools.Sum(p => p.Of("gpu")?.Amount.Units ?? 0)); // as the trace's authors count them
    }

    [Fact]
    public void Another_file_is_refused() =>
        Assert.Throws<TraceFormatException>(() => AlibabaNodes.Read(new StringReader("time,gpu\n0,1\n"), "day.csv"));

    private static string Text(PoolDefinition pool) => string.Join(", ", pool.Supplies.Select(s => $"{s.Kind} {s.Amount}"));
}
