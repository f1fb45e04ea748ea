using Nexus.Dashboard.Features.Costs.Otlp;

namespace Nexus.Dashboard.Tests.Dashboard.Costs.Otlp;

/// <summary>A mapping of one's own instead of the one that comes with the program.</summary>
public sealed class OtlpOptionsTests : IDisposable
{
    private readonly string _file = Path.Combine(Directory.CreateTempSubdirectory("nexus-spans-").FullName, "spans.json");

    [Fact]
    public void Without_a_file_the_one_that_comes_with_the_program_holds()
    {
        Assert.Null(new OtlpOptions().TryLoad(out SpanMapping mapping));
        Assert.Same(SpanMapping.Default, mapping);
    }

    [Fact]
    public void A_file_of_one_s_own_says_which_attributes_mean_what()
    {
        File.WriteAllText(_file, Repository.Read("Nexus.Dashboard/Features/Costs/Otlp/genai-spans.json").Replace("\"gen_ai.usage.input_tokens\"", "\"our.tokens\"", StringComparison.Ordinal));

        Assert.Null(new OtlpOptions { Mapping = _file }.TryLoad(out SpanMapping mapping));

        Assert.True(mapping.Reads("our.tokens"));
        Assert.False(mapping.Reads("gen_ai.usage.input_tokens"));
    }

    [Theory]
    [InlineData("{\"owner\": [\"nexus.owner\"], \"tokens\": []}", "tokens")]
    [InlineData("{\"owner\": [\"nexus.owner\"]}", "lease")]
    [InlineData("{", "LineNumber: 0")]
    [InlineData("{\"owner\":[\"o\"],\"lease\":[],\"pool\":[],\"lane\":[],\"model\":[],\"provider\":[],\"providers\":{},\"operation\":[],\"operations\":{\"chat\":\"text\"},\"uses\":{},\"labels\":{}}", "$.operations['chat']: 'text' does not stand under uses")]
    [InlineData("{\"owner\":[],\"lease\":[],\"pool\":[],\"lane\":[],\"model\":[],\"provider\":[],\"providers\":{},\"operation\":[],\"operations\":{},\"uses\":{},\"labels\":{}}", "$.owner")]
    public void A_file_that_cannot_be_read_is_refused_at_the_start_by_the_key_and_the_place(string text, string place)
    {
        File.WriteAllText(_file, text);

        string fault = Assert.Single(new OtlpOptions.Validator().Validate(null, new OtlpOptions { Mapping = _file }).Failures!);

        Assert.StartsWith($"Nexus:Costs:Otlp:Mapping: {_file} cannot be read: ", fault, StringComparison.Ordinal);
        Assert.Contains(place, fault, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_that_is_not_there_is_refused_too() =>
        Assert.Contains(_file, new OtlpOptions { Mapping = _file }.TryLoad(out _), StringComparison.Ordinal);

    public void Dispose() => Directory.Delete(Path.GetDirectoryName(_file)!, recursive: true);
}
