using System.Text.Json.Nodes;
using Nexus.Dashboard.Shared.Changes;

namespace Nexus.Dashboard.Tests.Dashboard.Shared;

public sealed class JsonDiffTests
{
    [Fact]
    public void A_change_shows_only_the_fields_that_differ() =>
        Assert.Equal(
            ["resources.gpu 8 → 12", "allow acme, globex → –", "labels.zone b"],
            Lines("""{"resources":{"gpu":8,"memory":64},"allow":["acme","globex"]}""", """{"resources":{"gpu":12,"memory":64},"labels":{"zone":"b"}}"""));

    [Fact]
    public void What_was_created_shows_all_its_fields() =>
        Assert.Equal(["resources.gpu 8", "purchaseOption spot"], Lines(null, """{"resources":{"gpu":8},"purchaseOption":"spot"}"""));

    [Fact]
    public void What_was_deleted_shows_what_it_was() => Assert.Equal(["value 50 → –"], Lines("""{"value":50}""", null));

    private static string[] Lines(string? before, string? after) =>
        [.. JsonDiff.Of(Parse(before), Parse(after)).Select(c => c.Line)];

    private static JsonNode? Parse(string? json) => json is null ? null : JsonNode.Parse(json);
}
