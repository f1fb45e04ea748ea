using Nexus.Engine.Simulation.Traces;
using Xunit;

namespace Nexus.Dashboard.Tests.Engine.Simulation.Traces;

/// <summary>The layout of the Alibaba GPU trace of 2023.</summary>
public sealed class AlibabaGpuTraceTests
{
    private const string Header = "name,cpu_milli,memory_mib,num_gpu,gpu_milli,gpu_spec,qos,pod_phase,creation_time,deletion_time,scheduled_time\n";

    [Fact]
    public void Amounts_are_cores_GiB_and_GPUs()
    {
        TraceRequest request = Read("openb-pod-0001,6500,12289,2,460,,LS,Running,427061,427161,427071");

        Assert.Equal("cpu 6.5, gpu 0.92, memory 12.001", request.Resources.ToString()); // 12,289 MiB = 12.0009… GiB, up to the thousandth
        Assert.Equal("openb-pod-0001", request.Id);
        Assert.Equal("trace/LS", request.Owner.ToString());
        Assert.Equal(TimeSpan.FromSeconds(427_061), request.At);
        Assert.Equal(TimeSpan.FromSeconds(90), request.Duration);
        Assert.Empty(request.PoolModels);
    }

    [Fact]
    public void A_pod_without_GPU_asks_for_none() =>
        Assert.Equal("cpu 1, memory 1", Read("p,1000,1024,0,0,,LS,Running,0,10,0").Resources.ToString());

    [Theory]
    [InlineData("10,20,15", 5)]
    [InlineData("10,20,", 10)]
    [InlineData("10,10,10", 1)]
    [InlineData("10,12,15", 1)]
    public void It_runs_from_where_it_was_scheduled_else_created_and_at_least_a_second(string createdDeletedScheduled, int seconds) =>
        Assert.Equal(TimeSpan.FromSeconds(seconds), Read($"p,1000,1024,0,0,,LS,Running,{createdDeletedScheduled}").Duration);

    [Theory]
    [InlineData("Guaranteed", "critical", false)]
    [InlineData("LS", "high", false)]
    [InlineData("Burstable", "medium", false)]
    [InlineData("BE", "low", true)]
    public void Its_service_class_gives_owner_priority_and_whether_it_may_be_preempted(string qos, string priority, bool preemptible)
    {
        TraceRequest request = Read($"p,1000,1024,0,0,,{qos},Running,0,10,0");

        Assert.Equal($"trace/{qos}", request.Owner.ToString());
        Assert.Equal(priority, request.Priority);
        Assert.Equal(preemptible, request.Preemptible);
    }

    [Fact]
    public void The_GPU_models_it_accepts_are_the_pools_labels() =>
        Assert.Equal(["V100M16", "V100M32"], Read("p,1000,1024,1,1000,V100M16|V100M32,LS,Running,0,10,0").PoolModels);

    [Theory]
    [InlineData("p,x,1024,0,0,,LS,Running,0,10,0", "trace.csv, line 2, column cpu_milli: 'x' is not milli-cores; write a whole number from 0 to 10¹².")]
    [InlineData("p,1,1024,0,0,,Gold,Running,0,10,0", "trace.csv, line 2, column qos: 'Gold' is not a service class; write Guaranteed, LS, Burstable or BE.")]
    [InlineData("p,1,1024,0,0,,LS,Running,,10,0", "trace.csv, line 2, column creation_time: is empty; write seconds from the start of the trace.")]
    [InlineData("p,0,0,0,0,,LS,Running,0,10,0", "trace.csv, line 2: asks for nothing; give cpu_milli, memory_mib or num_gpu an amount.")]
    public void A_bad_cell_is_named(string row, string message) =>
        Assert.Equal(message, Assert.Throws<TraceFormatException>(() => Read(row)).Message);

    /// <summary>The facts of the data's own description; sums counted from the file itself.</summary>
    [Fact]
    public void The_real_trace_has_every_pod()
    {
        List<TraceRequest> requests = Trace.ReadShared(Trace.Alibaba, owners: 4);

        Assert.Equal(8_152, requests.Count);
        Assert.Equal(4_647, requests.Count(r => r.Priority == "high"));
        Assert.Equal(3_398, requests.Count(r => r.Preemptible));
        Assert.Equal(["tenant-1", "tenant-2", "tenant-3", "tenant-4"], requests.Select(r => r.Owner.Tenant).Distinct().Order());
    }

    [Fact]
    public void Our_own_layout_of_Kueues_workload_is_read_too()
    {
        List<TraceRequest> requests = Trace.ReadShared(Trace.Kueue);

        Assert.Equal(15_000, requests.Count);
        Assert.Equal(30, requests.Select(r => r.Owner).Distinct().Count());
    }

    private static TraceRequest Read(string row) => Assert.Single(Trace.Read(Header + row + "\n"));
}
