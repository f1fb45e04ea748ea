using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;

namespace Nexus.Dashboard.Commands.Policies;

/// <summary>Things that have a name each, under which they are set one by one.</summary>
/// <typeparam name="TBody">The body that sets one.</typeparam>
/// <typeparam name="TThing">What it defines.</typeparam>
/// <param name="file">The file's name.</param>
/// <param name="noun">What one of them is called.</param>
/// <param name="path">Where the API has them.</param>
/// <param name="shape">How they look.</param>
/// <param name="read">Reads a file of them, given the currency and who is told of what is passed over.</param>
internal sealed class NamedPart<TBody, TThing>(
    string file, string noun, string path, PolicyShape<TBody, TThing> shape, Func<string, string, Action<string>, IReadOnlyList<TThing>> read) : PolicyPart(file, noun, path)
    where TBody : class
    where TThing : class
{
    private readonly JsonTypeInfo<TBody> _lenient = (JsonTypeInfo<TBody>)PolicyJson.Lenient.GetTypeInfo(typeof(TBody))!;

    /// <summary>Leaves out what is no policy of anybody's: what is built in and cannot be otherwise.</summary>
    public Func<JsonObject, bool> Counts { get; init; } = static _ => true;

    /// <inheritdoc/>
    public override async Task<PolicyPartContent> ReadAsync(SystemConnection system, string currency, CancellationToken cancellation)
    {
        List<PolicyItem> items = [];
        foreach (JsonObject answer in (await ListAsync(system, Path, cancellation)).Where(Counts))
        {
            string name = (string)answer[shape.NameField]!;
            items.Add(Item(Known(shape.Define(Read(answer, _lenient), name, currency), name), currency) with
            {
                Version = (long)answer["version"]!,
                IsBuiltIn = (bool?)answer["builtIn"] == true,
                IsDraining = (bool?)answer["draining"] == true,
            });
        }

        return Sorted(items);
    }

    /// <inheritdoc/>
    public override PolicyPartContent ReadFile(string path, string currency, Action<string> note) => Of(read(path, currency, note), currency);

    /// <summary>The same of things that are known.</summary>
    public PolicyPartContent Of(IEnumerable<TThing> things, string currency) => Sorted(things.Select(thing => Item(thing, currency)));

    /// <inheritdoc/>
    public override JsonObject Write(IReadOnlyList<PolicyItem> items) => new(items.Select(item => KeyValuePair.Create<string, JsonNode?>(item.Name, item.Body.DeepClone())));

    private PolicyItem Item(TThing thing, string currency) =>
        new(shape.NameOf(thing), JsonSerializer.SerializeToNode(shape.BodyOf(thing, currency), shape.Type)!.AsObject(), shape.Set(thing), shape.Remove(thing));

    private PolicyPartContent Sorted(IEnumerable<PolicyItem> items) => new(this, [.. items.OrderBy(item => item.Name, StringComparer.Ordinal)]);
}
