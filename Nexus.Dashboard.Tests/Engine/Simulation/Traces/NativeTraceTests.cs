using Nexus.Engine.Resources;
using Nexus.Engine.Simulation.Traces;
using Xunit;

namespace Nexus.Dashboard.Tests.Engine.Simulation.Traces;

public sealed class NativeTraceTests
{
    [Fact]
    public void A_row_gives_a_request_with_everything_it_states()
    {
        TraceRequest request = Assert.Single(Trace.Read(
            """
            time,id,owner,priority,duration,deadline,preemptible,members,gpu,memory
            1.5,r1,acme/alice/triage,high,90,300,true,4,0.5,30.25
            """));

        Assert.Equal(1, request.Number);
        Assert.Equal(TimeSpan.FromSeconds(1.5), request.At);
        Assert.Equal("r1", request.Id);
        Assert.Equal("acme/alice/triage", request.Owner.ToString());
        Assert.Equal("high", request.Priority);
        Assert.Equal(TimeSpan.FromSeconds(90), request.Duration);
        Assert.Equal(TimeSpan.FromSeconds(300), request.Deadline);
        Assert.True(request.Preemptible);
        Assert.Equal(4, request.Members);
        Assert.Equal("gpu 0.5, memory 30.25", request.Resources.ToString());
        Assert.Empty(request.PoolModels);
    }

    [Fact]
    public void Empty_cells_and_zero_amounts_ask_for_nothing()
    {
        TraceRequest request = Assert.Single(Trace.Read("time,id,owner,priority,duration,deadline,preemptible,cpu,gpu,memory\n0,,,,,,,2,0,\n"));

        Assert.Null(request.Id);
        Assert.Equal("trace/native", request.Owner.ToString());
        Assert.Null(request.Priority);
        Assert.Null(request.Duration);
        Assert.Null(request.Deadline);
        Assert.False(request.Preemptible);
        Assert.Equal(1, request.Members);
        Assert.Equal("cpu 2", request.Resources.ToString());
    }

    [Fact]
    public void Moments_of_the_calendar_count_from_the_earliest()
    {
        TraceRequest[] requests = Trace.Read(
            """
            time,deadline,cpu
            2026-03-01T12:00:10Z,2026-03-01T12:01:00Z,1
            2026-03-01T13:00:00.5+01:00,120,1
            """);

        Assert.Equal([TimeSpan.Zero, TimeSpan.FromSeconds(9.5)], requests.Select(r => r.At));
        Assert.Equal([TimeSpan.FromSeconds(120), TimeSpan.FromSeconds(59.5)], requests.Select(r => r.Deadline));
    }

    [Fact]
    public void Seconds_count_as_written() =>
        Assert.Equal([TimeSpan.FromSeconds(100), TimeSpan.FromSeconds(101)], Trace.Read("time,cpu\n100,1\n101,1\n").Select(r => r.At));

    [Fact]
    public void Columns_may_stand_in_any_order_and_quoted_and_lines_may_be_blank() =>
        Assert.Equal(["b", "a"], Trace.Read("cpu, owner ,TIME,id\r\n1,\"x\",2,a\r\n\r\n1,x,1,b\r\n").Select(r => r.Id));

    [Fact]
    public void A_duration_may_be_written_by_ISO_8601() =>
        Assert.Equal(TimeSpan.FromSeconds(90), Trace.Read("time,duration,cpu\n0,PT1M30S,1\n")[0].Duration);

    [Fact]
    public void What_runs_takes_its_duration_else_the_time_of_its_output_tokens_else_none()
    {
        TraceRequest[] requests = Trace.Read("time,duration,tokens.output,cpu\n0,7,500,\n0,,500,\n0,,,1\n");

        Assert.Equal([7.0, 10.0, 0.0], requests.Select(r => r.RunTime(50).TotalSeconds));
    }

    [Fact]
    public void Requests_without_an_owner_are_spread_in_turn() =>
        Assert.Equal(
            ["tenant-1/native", "acme", "tenant-3/native", "tenant-1/native"],
            Trace.Read("time,owner,cpu\n0,,1\n0,acme,1\n0,,1\n0,,1\n", owners: 3).Select(r => r.Owner.ToString()));

    [Fact]
    public void A_row_slightly_out_of_order_is_put_in_its_place() =>
        Assert.Equal(["b", "a", "c", "d"], Trace.Read("time,id,cpu\n2,a,1\n1,b,1\n2,c,1\n3,d,1\n").Select(r => r.Id));

    [Fact]
    public void A_row_that_belongs_before_the_window_is_an_error_with_the_remedy()
    {
        string trace = "time,cpu\n" + string.Concat(Enumerable.Range(10, ArrivalWindow.Rows + 1).Select(second => $"{second},1\n")) + "1,1\n";

        TraceFormatException fault = Assert.Throws<TraceFormatException>(() => Trace.Read(trace));

        Assert.Equal(ArrivalWindow.Rows + 3, fault.Line);
        Assert.EndsWith("sort the file by time.", fault.Message);
    }

    [Fact]
    public void Reading_holds_only_the_window()
    {
        EndlessTrace endless = new();

        TraceRequest[] first = [.. TraceReader.Read(endless, "endless.csv").Take(10)];

        Assert.Equal(10, first.Length);
        Assert.InRange(endless.Characters, ArrivalWindow.Rows, 200_000);
    }

    [Theory]
    [InlineData("", "trace.csv, line 1: the file is empty; its first line names the columns.")]
    [InlineData("a,b\n1,2\n", "trace.csv, line 1: this is none of the three layouts: ")]
    [InlineData("time,id\n1,2\n", "trace.csv, line 1: this is none of the three layouts: ")]
    [InlineData("time,cpu,CPU\n1,1,1\n", "trace.csv, line 1, column CPU: stands twice in the header; keep one of them.")]
    [InlineData("time,cpu,\n1,1,1\n", "trace.csv, line 1: column 3 has no name; name every column of the header.")]
    [InlineData("time,cpu\n,1\n", "trace.csv, line 2, column time: is empty; write seconds from the start of the trace, or RFC 3339.")]
    [InlineData("time,cpu\n0,1\nsoon,1\n", "trace.csv, line 3, column time: 'soon' is not a time; write seconds from the start of the trace (12.5) or RFC 3339 (2026-01-01T00:00:12.5Z).")]
    [InlineData("time,cpu\n2026-01-01T00:00:00,1\n", "trace.csv, line 2, column time: '2026-01-01T00:00:00' is not a time; ")]
    [InlineData("time,cpu\n-1,1\n", "trace.csv, line 2, column time: '-1' is not a time; ")]
    [InlineData("time,cpu\n0,1\n\n2026-01-01T00:00:00Z,1\n", "trace.csv, line 4: its time is written otherwise than those before; write all in seconds or all as RFC 3339.")]
    [InlineData("time,deadline,cpu\n0,2026-01-01T00:00:00Z,1\n", "trace.csv, line 2, column deadline: is a moment of the calendar while time is in seconds; write both alike.")]
    [InlineData("time,cpu\n0,many\n", "trace.csv, line 2, column cpu: 'many' is not a number; write an amount, for example 12 or 0.5.")]
    [InlineData("time,cpu\n0,-1\n", "trace.csv, line 2, column cpu: -1 must be greater than 0; write an amount in the kind's unit, or leave the cell empty.")]
    [InlineData("time,cpu\n0,0.0001\n", "trace.csv, line 2, column cpu: 0.0001 must have at most three decimals; ")]
    [InlineData("time,cpu\n0,\n", "trace.csv, line 2: asks for nothing; give at least one of cpu an amount.")]
    [InlineData("time,owner,cpu\n0,a//b,1\n", "trace.csv, line 2, column owner: 'a//b' must not have an empty segment.")]
    [InlineData("time,id,cpu\n0,a b,1\n", "trace.csv, line 2, column id: 'a b' is not an id; write 1–200 of A-Z a-z 0-9 . _ : - or leave the cell empty.")]
    [InlineData("time,preemptible,cpu\n0,maybe,1\n", "trace.csv, line 2, column preemptible: 'maybe' is not true or false.")]
    [InlineData("time,members,cpu\n0,0,1\n", "trace.csv, line 2, column members: must be 1 to 100,000; leave the cell empty for one.")]
    [InlineData("time,duration,cpu\n0,PT,1\n", "trace.csv, line 2, column duration: 'PT' is not a duration; write seconds (90) or ISO 8601 (PT1M30S).")]
    [InlineData("time,duration,cpu\n0,-3,1\n", "trace.csv, line 2, column duration: -3 is out of range; write seconds from 0 to 10¹⁰.")]
    [InlineData("time,cpu\n0\n", "trace.csv, line 2: has 1 cells where the header has 2; give every column a cell, if an empty one.")]
    [InlineData("time,id,cpu\n0,\"a\n\",1\nx,,1\n", "trace.csv, line 4, column time: ")]
    [InlineData("time,cpu\n0,\"1\n", "trace.csv, line 2: cannot be read as CSV: ")]
    public void What_cannot_be_read_is_named_by_file_line_and_column_with_the_remedy(string trace, string message) =>
        Assert.StartsWith(message, Assert.Throws<TraceFormatException>(() => Trace.Read(trace)).Message);
}
