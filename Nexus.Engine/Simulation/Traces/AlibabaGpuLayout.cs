using System.Collections.Frozen;
using Nexus.Engine.Resources;

namespace Nexus.Engine.Simulation.Traces;

/// <summary>The pods of the Alibaba GPU trace of 2023, <c>openb_pod_list*.csv</c> (cluster-trace-gpu-v2023): milli-cores, MiB, shares of GPUs, seconds.</summary>
internal sealed class AlibabaGpuLayout : ITraceLayout
{
    private static readonly FrozenDictionary<string, string> PriorityOfQos = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["Guaranteed"] = "critical",
        ["LS"] = "high",
        ["Burstable"] = "medium",
        ["BE"] = "low",
    }.ToFrozenDictionary(StringComparer.Ordinal);

    private readonly TraceOwners _owners;
    private readonly int _name;
    private readonly int _cpu;
    private readonly int _memory;
    private readonly int _gpus;
    private readonly int _gpuShare;
    private readonly int _gpuSpec;
    private readonly int _qos;
    private readonly int _created;
    private readonly int _deleted;
    private readonly int _scheduled;

    private AlibabaGpuLayout(TraceHeader header, TraceOwners owners)
    {
        _owners = owners;
        _name = header.Find("name");
        _cpu = header.Find("cpu_milli");
        _memory = header.Find("memory_mib");
        _gpus = header.Find("num_gpu");
        _gpuShare = header.Find("gpu_milli");
        _gpuSpec = header.Find("gpu_spec");
        _qos = header.Find("qos");
        _created = header.Find("creation_time");
        _deleted = header.Find("deletion_time");
        _scheduled = header.Find("scheduled_time");
    }

    /// <summary>The layout, if the header is this one's.</summary>
    public static AlibabaGpuLayout? Recognise(TraceHeader header, TraceOwners owners) =>
        header.Has("name", "cpu_milli", "memory_mib", "num_gpu", "gpu_milli", "qos", "creation_time", "deletion_time") ? new(header, owners) : null;

    public string Title => "the layout of the Alibaba GPU trace 2023";

    public TraceEntry Read(TraceRow row)
    {
        string qos = row.Text(_qos).ToString();
        if (!PriorityOfQos.TryGetValue(qos, out string? priority))
        {
            throw row.Fault(_qos, $"'{qos}' is not a service class; write Guaranteed, LS, Burstable or BE.");
        }

        decimal created = row.Seconds(_created) ?? throw row.Fault(_created, "is empty; write seconds from the start of the trace.");
        TraceRequest request = new(
            row.Number,
            default,
            TraceIds.Read(row, _name),
            _owners.Of(row.Number, qos),
            priority,
            Resources(row),
            Duration(row, created),
            null,
            Preemptible: qos == "BE",
            1,
            [.. row.Text(_gpuSpec).ToString().Split('|', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)]);
        return new(TraceTime.FromSeconds(created), null, row.Line, request);
    }

    private TimeSpan? Duration(TraceRow row, decimal created)
    {
        decimal started = row.Seconds(_scheduled) ?? created;
        return row.Seconds(_deleted) is { } deleted ? TimeSpan.FromTicks((long)(Math.Max(1, deleted - started) * TimeSpan.TicksPerSecond)) : null;
    }

    private ResourceVector Resources(TraceRow row)
    {
        long mebibytes = row.Count(_memory, "MiB");
        ResourceAmount[] amounts =
        [
            new("cpu", row.Thousandths(_cpu, row.Count(_cpu, "milli-cores"))),
            new("gpu", row.Thousandths(_gpus, (Int128)row.Count(_gpus, "a number of GPUs") * row.Count(_gpuShare, "thousandths of a GPU"))),
            new("memory", row.Thousandths(_memory, (((Int128)mebibytes * 1000) + 1023) / 1024)),
        ];
        ResourceAmount[] needed = [.. amounts.Where(amount => !amount.Quantity.IsZero)];
        return needed.Length > 0 ? ResourceVector.Of(needed) : throw row.Fault("asks for nothing; give cpu_milli, memory_mib or num_gpu an amount.");
    }
}
