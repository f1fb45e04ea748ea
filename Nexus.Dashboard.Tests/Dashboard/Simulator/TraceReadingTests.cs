using Nexus.Dashboard.Features.Simulator;

namespace Nexus.Dashboard.Tests.Dashboard.Simulator;

public sealed class TraceReadingTests
{
    [Theory]
    [InlineData("time,owner,duration,gpu\n0,acme/a,10,1\n90,acme/a,10,1\n", "In Nexus' own layout: 2 requests over 1 m 30 s.")]
    [InlineData("time,gpu\n0,1\n", "In Nexus' own layout: 1 request.")]
    [InlineData("TIMESTAMP,ContextTokens,GeneratedTokens\n2023-11-16 18:15:46.6805900,374,44\n2023-11-16 18:15:50.9951690,396,109\n", "In the layout of the Azure LLM inference traces: 2 requests over 4.3 s.")]
    [InlineData("name,cpu_milli,memory_mib,num_gpu,gpu_milli,gpu_spec,qos,pod_phase,creation_time,deletion_time,scheduled_time\npod-1,12000,16384,1,1000,,LS,Running,0,100,1\n", "In the layout of the Alibaba GPU trace 2023: 1 request.")]
    public void Its_layout_is_recognised(string text, string said)
    {
        TraceReading read = TraceReading.Of("day.csv", text);

        Assert.Equal((said, null), (read.Said?.Replace('\u00A0', ' '), read.Wrong));
    }

    [Theory]
    [InlineData("time,gpu\n0,1\nsoon,1\n", "day.csv, line 3, column time: ")]
    [InlineData("time,gpu\n0\n", "day.csv, line 2: ")]
    [InlineData("a,b\n1,2\n", "day.csv, line 1: this is none of the three layouts")]
    [InlineData("", "day.csv, line 1: the file is empty")]
    [InlineData("time,gpu\n", "day.csv has no request below its header.")]
    public void The_first_line_that_cannot_be_read_is_named(string text, string wrong)
    {
        TraceReading read = TraceReading.Of("day.csv", text);

        Assert.StartsWith(wrong, read.Wrong, StringComparison.Ordinal);
        Assert.Null(read.Said);
    }

    [Fact]
    public void Its_first_lines_are_shown() => Assert.Equal(["time,gpu", "0,1", "1,1", "2,1"], TraceReading.Of("day.csv", "time,gpu\n0,1\n1,1\n2,1\n3,1\n").First);
}
