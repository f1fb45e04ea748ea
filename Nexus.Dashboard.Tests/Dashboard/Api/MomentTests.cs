using System.Text.Json;
using Nexus.Dashboard.Api;

namespace Nexus.Dashboard.Tests.Dashboard.Api;

public sealed class MomentTests
{
    private static readonly JsonSerializerOptions Options = new() { Converters = { new MomentConverter() } };

    [Theory]
    [InlineData("2026-11-24T14:32:00Z")]
    [InlineData("2026-11-24T14:32:00.1234567Z")]
    [InlineData("2026-11-24t14:32:00.5z")]
    [InlineData("2026-11-24T14:32:00+01:00")]
    [InlineData("2026-02-29T14:32:00Z")]
    [InlineData("2026-11-24T24:00:00Z")]
    [InlineData("2026-11-24T23:59:60Z")]
    [InlineData("2026-11-24T14:32:00.12345678Z")]
    [InlineData("2026-11-24T14:32:00.Z")]
    [InlineData("2026-11-24T14:32:00,5Z")]
    [InlineData("2026-11-24 14:32:00Z")]
    [InlineData("2026-11-24T14:32:00")]
    [InlineData("2026-11-24T14:32Z")]
    public void In_JSON_just_those_times_are_read_that_are_read_as_text(string text)
    {
        string json = $"\"{text}\"";
        if (Moment.TryParse(text, out DateTimeOffset expected))
        {
            DateTimeOffset read = JsonSerializer.Deserialize<DateTimeOffset>(json, Options);
            Assert.Equal((expected, expected.Offset), (read, read.Offset));
        }
        else
        {
            Assert.Throws<JsonException>(() => JsonSerializer.Deserialize<DateTimeOffset>(json, Options));
        }
    }
}
